"""Draws of clusters, samples and their resampled medians, which equal those of the rows repeated."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from token_influence.decay import resampling
from token_influence.decay.resampling import (
    draw_counts,
    draw_counts_and_seeds,
    draw_folds,
    samples,
    weighted_medians,
)
from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError
from token_influence.profiles.normalise import NormalisedProfiles


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
    monkeypatch.setattr(resampling, "CHUNK_CELLS", cells)
    np.testing.assert_array_equal(weighted_medians(values, members, counts), whole)


def test_a_seed_s_draws_don_t_depend_on_the_other_seeds():
    bootstrap = Bootstrap(resamples=50)
    alone = draw_counts([9], [3], bootstrap)
    np.testing.assert_array_equal(draw_counts([5, 9], [0, 3], bootstrap)[:, 5:], alone)
    assert (draw_counts([5, 9], [0, 3], bootstrap)[:, :5].sum(axis=1) == 5).all()
    other = draw_counts([9], [3], Bootstrap(resamples=50, seed=1))
    assert (other != alone).any()


def test_initialisations_are_drawn_before_their_windows():
    counts = draw_counts_and_seeds([4, 4], [0, 1], Bootstrap(resamples=4000))
    shares = counts.reshape(-1, 2, 4).sum(axis=2)
    assert set(map(tuple, shares.tolist())) == {(0, 8), (4, 4), (8, 0)}
    np.testing.assert_allclose(np.mean(shares[:, 0] == 4), 0.5, atol=0.03)


def test_folds_share_every_seed_equally():
    folds = draw_folds([15, 16], [0, 1], 10, Bootstrap())
    assert sorted(np.bincount(folds)) == [3] * 9 + [4]
    assert max(np.bincount(folds[:15], minlength=10)) == 2
    assert set(draw_folds([3, 3], [0, 1], 6, Bootstrap())) == set(range(6))


def test_a_seed_keeps_its_draws_and_the_pool_joins_them():
    rng = np.random.default_rng(1)
    parts = [
        NormalisedProfiles(
            rng.lognormal(size=(6, 13)), np.repeat([0, 4, 9], 2), np.full(6, 12), seed
        )
        for seed in (0, 1)
    ]
    first, second, both = samples(parts, 12, Bootstrap(resamples=30))
    np.testing.assert_array_equal(both.counts, np.hstack([first.counts, second.counts]))
    np.testing.assert_array_equal(
        both.median, np.median(np.vstack([first.values, second.values]), axis=0)
    )
    again = samples([replace(parts[0], values=parts[0].values ** 2), parts[1]], 12, Bootstrap(30))
    np.testing.assert_array_equal(again[0].counts, first.counts)


def test_a_distance_that_some_predictions_lack_is_refused():
    values = np.ones((4, 6))
    values[1, 4:] = np.nan
    part = NormalisedProfiles(values, np.array([0, 0, 1, 1]), np.array([5, 3, 5, 5]), 0)
    with pytest.raises(DecayError, match="some predictions of seed 0 lack distance 4"):
        samples([part], 5, Bootstrap())


def test_a_document_that_several_seeds_draw_from_is_one_cluster_of_the_pool():
    rng = np.random.default_rng(1)
    parts = [
        NormalisedProfiles(rng.lognormal(size=(6, 13)), np.arange(6), np.full(6, 12), seed)
        for seed in (0, 1)
    ]
    documents = [dict(enumerate("aabbcc")), dict(enumerate("ccddaa"))]
    bootstrap = Bootstrap(resamples=30, cluster="document")
    first, second, both = samples(parts, 12, bootstrap, documents)
    assert (first.units, second.units, both.units, both.strata) == (3, 3, 4, 1)
    assert both.clusters.tolist() == [0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 0, 0]
    assert (both.counts.sum(axis=1) == 4).all()
    assert len(both.folds) == 4
    # Random initialisations are drawn first, so that a document of each is another one.
    drawn = samples(parts, 12, bootstrap, documents, resample_seeds=True)[-1]
    assert drawn.counts.shape == (30, 6)
    assert drawn.clusters.max() == 5
