"""Resampled medians equal those of the rows repeated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from token_influence.decay import medians
from token_influence.decay.medians import weighted_medians


def repeated(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.array([np.nanmedian(np.repeat(values, c[clusters], axis=0), axis=0) for c in counts])


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 60),
    clusters=st.integers(1, 12),
    ties=st.booleans(),
    seed=st.integers(0, 10_000),
)
def test_equal_to_numpy_for_any_clusters_and_ties(n, clusters, ties, seed):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(size=(n, 5))
    if ties:
        values = np.round(values, 1)
    members = np.concatenate([np.arange(clusters), rng.integers(clusters, size=n)])[:n]
    number = members.max() + 1
    counts = rng.multinomial(number, np.full(number, 1 / number), 7)
    np.testing.assert_array_equal(
        weighted_medians(values, members, counts), repeated(values, members, counts)
    )


def test_missing_values_don_t_count():
    rng = np.random.default_rng(0)
    values = rng.lognormal(size=(40, 6))
    values[:30, 3] = np.nan
    values[::2, 5] = np.nan
    members = np.arange(40) // 4
    counts = np.maximum(rng.multinomial(10, np.full(10, 0.1), 20), [0] * 8 + [1] * 2)
    np.testing.assert_array_equal(
        weighted_medians(values, members, counts), repeated(values, members, counts)
    )
    assert np.isnan(weighted_medians(values, members, np.eye(10, dtype=int)[:1])[0, 3])
    assert np.isnan(weighted_medians(values, members, np.zeros((1, 10), dtype=int))).all()


@pytest.mark.parametrize("cells", [1, 5000])
def test_chunks_don_t_change_the_result(monkeypatch, cells):
    rng = np.random.default_rng(1)
    values, members = rng.lognormal(size=(50, 20)), np.arange(50) // 5
    counts = rng.multinomial(10, np.full(10, 0.1), 30)
    whole = weighted_medians(values, members, counts)
    monkeypatch.setattr(medians, "CHUNK_CELLS", cells)
    np.testing.assert_array_equal(weighted_medians(values, members, counts), whole)
