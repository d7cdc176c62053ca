"""Profiles of an arm: median, mean and quantiles over predictions, by distance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from token_influence.profiles.labels import POOLED
from token_influence.profiles.normalise import NormalisedProfiles

QUANTILES = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}


def aggregate(profiles: Sequence[NormalisedProfiles], skip_sources: Sequence[int]) -> pd.DataFrame:
    """Median, mean and quantiles by distance: of every seed, and of all seeds pooled.

    profiles: one entry for each seed; skip_sources: numbers of first positions left out as sources.
    Columns `seed` (text, "pooled" last), `skip_sources`, `distance`, `n` (predictions), `median`,
    `mean`, `q05`, `q25`, `q75`, `q95`; quantiles interpolate linearly. Distances that no prediction
    has are absent.

    >>> values = np.array([[1.0, 0.25], [1.0, 0.5]])
    >>> windows, positions = np.array([0, 1]), np.array([1, 1])
    >>> frame = aggregate([NormalisedProfiles(values, windows, positions, seed=0)], [0])
    >>> frame[["seed", "skip_sources", "distance", "n", "median"]].values.tolist()[-2:]
    [['pooled', 0, 0, 2, 1.0], ['pooled', 0, 1, 2, 0.375]]
    """
    frames = []
    for skip in skip_sources:
        kept = [of_seed.without_sources(skip).values for of_seed in profiles]
        labels = [str(of_seed.seed) for of_seed in profiles]
        for label, values in zip([*labels, POOLED], [*kept, stack(kept)], strict=True):
            summary = summarise(values)
            summary.insert(0, "skip_sources", skip)
            summary.insert(0, "seed", label)
            frames.append(summary)
    return pd.concat(frames, ignore_index=True)


def stack(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays [predictions, distances] one above the other; NaN at distances that one lacks."""
    width = max(array.shape[1] for array in arrays)
    filled = [
        np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=np.nan)
        for array in arrays
    ]
    return np.concatenate(filled)


def summarise(values: np.ndarray) -> pd.DataFrame:
    """Count, median, mean and quantiles of each column of `values` [predictions, distances].

    NaN does not count; columns without any number are left out.
    """
    ordered = np.sort(values, axis=0)  # NaN goes last
    n = np.count_nonzero(~np.isnan(ordered), axis=0)
    kept = n > 0
    ordered, n = ordered[:, kept], n[kept]

    def quantile(level: float) -> np.ndarray:
        rank = level * (n - 1)
        below = np.floor(rank).astype(np.int64)
        above = np.minimum(below + 1, n - 1)
        column = np.arange(len(n))
        low, high = ordered[below, column], ordered[above, column]
        return low + (rank - below) * (high - low)

    columns = {
        "distance": np.flatnonzero(kept),
        "n": n,
        "median": quantile(0.5),
        "mean": np.nansum(ordered, axis=0) / n,
    }
    return pd.DataFrame(columns | {name: quantile(level) for name, level in QUANTILES.items()})
