"""Delay embedding and partial rank correlation, on cases whose answer is known."""

import numpy as np
import pytest

from token_influence.errors import AttributionError
from token_influence.series.motifs import (
    comparable,
    partial_rank_correlation,
    rank_correlation,
    similarity,
)


def test_the_planted_motif_is_the_most_similar():
    numbers = np.array([50, 20, 30, 41, 60, 70, 80, 15, 20, 30, 40])
    alike = similarity(numbers, 3)
    assert np.isnan(alike[:2]).all()
    assert alike[10] == 0
    assert alike[3] == -1  # 20, 30, 41 before 20, 30, 40
    assert np.nanargmax(alike[:10]) == 3
    assert alike[2] == pytest.approx(-np.sqrt(30**2 + 10**2 + 10**2))


def test_vectors_that_share_numbers_with_the_end_are_left_out():
    inside = comparable(20, 3, "mine")
    kept = np.arange(20)[inside]
    # The end's vector holds 17, 18, 19; the vector of 16 holds none of them. That before 3 ends at 2.
    assert (kept[0], kept[-1]) == (3, 16)


def test_a_series_that_is_too_short_is_refused():
    comparable(14, 5, "mine")
    with pytest.raises(AttributionError) as caught:
        comparable(13, 5, "mine")
    assert "The series mine has 13 numbers before the one to be predicted; with delay" in str(
        caught.value
    )
    assert "at least 14 are needed" in str(caught.value)


def test_partial_correlation_removes_what_both_share_with_the_place():
    generator = np.random.default_rng(0)
    place = np.arange(400.0)
    first, second = generator.normal(size=(2, 400))
    a, b = place + 40 * first, place + 40 * second
    assert rank_correlation(a, b) > 0.7
    assert abs(partial_rank_correlation(a, b, place)) < 0.15
    shared = place + 40 * first + 4 * second
    assert partial_rank_correlation(a, shared, place) > 0.9


def test_partial_correlation_is_that_of_the_residuals():
    generator = np.random.default_rng(1)
    a, b, given = generator.permuted(np.tile(np.arange(50.0), (3, 1)), axis=1)
    design = np.column_stack([np.ones(50), given])
    residuals = [v - design @ np.linalg.lstsq(design, v, rcond=None)[0] for v in (a, b)]
    expected = np.corrcoef(*residuals)[0, 1]
    assert partial_rank_correlation(a, b, given) == pytest.approx(expected)


def test_ties_have_their_mean_rank_and_constants_no_correlation():
    assert rank_correlation(np.array([1, 1, 2]), np.array([1, 2, 3])) == pytest.approx(
        0.866, abs=1e-3
    )
    place = np.arange(5.0)
    assert np.isnan(rank_correlation(np.ones(5), place))
    assert np.isnan(partial_rank_correlation(place, np.array([1, 3, 2, 5, 4]), place))
