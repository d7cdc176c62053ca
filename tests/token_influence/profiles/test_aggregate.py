"""Profiles of an arm: quantiles against numpy, each seed and all pooled."""

import numpy as np
from simulated_influence import influence

from token_influence.profiles.aggregate import aggregate, summarise
from token_influence.profiles.normalise import normalised_profiles


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
