"""Profiles: normalisation, what is refused, and quantiles against numpy."""

import numpy as np
import pandas as pd
import pytest

from token_influence.errors import DecayError
from token_influence.profiles.aggregate import (
    about,
    aggregate,
    full_distance,
    normalised_profiles,
    summarise,
)


def influence(positions=((0, 5), (0, 9), (3, 7)), seed=0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frames = [
        pd.DataFrame(
            {
                "window": window,
                "position": position,
                "distance": np.arange(position + 1),
                "influence": rng.lognormal(size=position + 1).astype(np.float32),
            }
        )
        for window, position in positions
    ]
    return pd.concat(frames, ignore_index=True)


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
        about("arm"),
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


def test_quantiles_are_numpys():
    values = np.random.default_rng(0).lognormal(size=(11, 4))
    values[:4, 2] = np.nan
    values[:, 3] = np.nan
    table = summarise(values)
    assert table["distance"].tolist() == [0, 1, 2]
    assert table["n"].tolist() == [11, 11, 7]
    for column, level in [
        ("median", 0.5),
        ("q05", 0.05),
        ("q25", 0.25),
        ("q75", 0.75),
        ("q95", 0.95),
    ]:
        np.testing.assert_allclose(table[column], np.nanquantile(values[:, :3], level, axis=0))
    np.testing.assert_allclose(table["mean"], np.nanmean(values[:, :3], axis=0))


def test_aggregate_holds_each_seed_and_the_pooled_predictions():
    profiles = [normalised_profiles(influence(seed=seed), seed) for seed in (0, 7)]
    profiles[1] = normalised_profiles(influence([(1, 12), (2, 6)], seed=3), 7)
    table = aggregate(profiles, [0, 4])
    assert list(table.columns) == [
        "seed", "skip_sources", "distance", "n", "median", "mean", "q05", "q25", "q75", "q95",
    ]  # fmt: skip
    assert table["seed"].unique().tolist() == ["0", "7", "pooled"]
    assert table.query("skip_sources == 0 and distance == 0")["n"].tolist() == [3, 2, 5]
    pooled = table.query("seed == 'pooled' and skip_sources == 0 and distance == 3")[
        "median"
    ].item()
    assert pooled == np.median([*profiles[0].values[:, 3], *profiles[1].values[:, 3]])
    assert not table.isna().any().any()
