"""Profiles of single predictions: normalisation, sources left out, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from simulated_influence import influence

from token_influence.errors import DecayError
from token_influence.profiles.normalise import full_distance, naming_arm, normalised_profiles


def test_normalised_by_the_diagonal_with_nan_beyond_the_first_token():
    frame = influence()
    profiles = normalised_profiles(frame, 4)
    assert profiles.values.shape == (3, 10)
    assert (profiles.values[:, 0] == 1).all()
    assert profiles.windows.tolist() == [0, 0, 3]
    assert profiles.positions.tolist() == [5, 9, 7]
    assert (~np.isnan(profiles.values)).sum(axis=1).tolist() == [6, 10, 8]
    raw = frame.query("window == 3").set_index("distance")["influence"].astype(float)
    np.testing.assert_allclose(profiles.values[2, :8], raw / raw[0])


def test_normalised_by_the_sum_over_all_sources_or_not_at_all():
    frame = influence()
    raw = frame.query("window == 3").set_index("distance")["influence"].astype(float)
    by_sum, unchanged = (normalised_profiles(frame, 4, name).values for name in ("row_sum", "raw"))
    np.testing.assert_allclose(by_sum[2, :8], raw / raw.sum())
    np.testing.assert_allclose(np.nansum(by_sum, axis=1), 1)
    np.testing.assert_array_equal(unchanged[2, :8], raw)
    for values in (by_sum, unchanged):
        assert (~np.isnan(values)).sum(axis=1).tolist() == [6, 10, 8]


def test_row_order_is_irrelevant():
    frame = influence()
    shuffled = normalised_profiles(frame.sample(frac=1, random_state=1), 0)
    np.testing.assert_array_equal(normalised_profiles(frame, 0).values, shuffled.values)


def test_skipped_sources_are_left_out_by_absolute_position():
    profiles = normalised_profiles(influence(), 0)
    kept = profiles.without_sources(4).values
    for row, position in zip(kept, profiles.positions, strict=True):
        assert np.flatnonzero(~np.isnan(row)).tolist() == list(range(position - 3))
    assert full_distance([profiles], 0) == 5
    assert full_distance([profiles], 4) == 1
    with pytest.raises(DecayError, match="first 5 positions"):
        full_distance([profiles], 5)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_influence_that_is_not_positive_is_refused_by_place(bad):
    frame = influence()
    frame.loc[frame.query("window == 3 and distance == 2").index, "influence"] = bad
    with (
        pytest.raises(DecayError, match=r"^arm: window 3, position 7 .* at distance 2"),
        naming_arm("arm"),
    ):
        normalised_profiles(frame, 0)


def test_doubled_missing_and_impossible_distances_are_refused():
    frame = influence()
    with pytest.raises(DecayError, match="window 0, position 5 holds distance 0 twice"):
        normalised_profiles(pd.concat([frame, frame.head(1)]), 0)
    with pytest.raises(DecayError, match="window 0, position 5 holds 5 of its 6 distances"):
        normalised_profiles(frame.drop(index=2), 0)
    frame.loc[5, "distance"] = 6
    with pytest.raises(DecayError, match=r"position 5 holds distance 6, outside 0\.\.5"):
        normalised_profiles(frame, 0)
    with pytest.raises(DecayError, match="seed 0 has no influence"):
        normalised_profiles(frame.head(0), 0)
