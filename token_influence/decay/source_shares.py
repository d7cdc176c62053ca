"""How much of the influence, and of its tail, comes from each class of source tokens."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from token_influence.decay.intervals import interval
from token_influence.decay.mixtures import shares
from token_influence.decay.resampling import Documents, Sample, samples, weighted_medians
from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError
from token_influence.profiles.aggregate import stack
from token_influence.profiles.normalise import NormalisedProfiles, full_distance
from token_influence.profiles.source_classes import ITSELF

Masks = Mapping[str, np.ndarray]
"""For each class: which sources are in it, bool [predictions, distances]."""


def source_shares(
    profiles: Sequence[NormalisedProfiles],
    classes: Sequence[Masks],
    tail: int,
    bootstrap: Bootstrap,
    documents: Documents | None = None,
) -> dict[str, Any]:
    """A record of all seeds pooled: the shares of each class, and the profile without the class.

    profiles, classes: one entry for each seed, see `source_classes`; tail: the smallest distance of the
    tail. documents: needed where documents are the clusters.

    `classes`, by name: `positions` and `tail_positions`, the mean share of a prediction's sources that
    are in the class, over all distances 0..i and those of the tail r ≥ tail; `influence` and
    `tail_influence`, the mean share of Σ_j G(i, j) of these sources, with intervals; `tail_left_out`,
    the median profile without the class divided by that with all sources, mean over the distances
    tail..last, with its interval; `median`, the median profile without the class at 0..last, None where
    no source is left. Classes may overlap, so shares need not add up to 1.
    Raises DecayError where a prediction has no tail.
    """
    last = full_distance(profiles, 0)
    if last < tail:
        raise DecayError(f"the tail begins at r = {tail}, but a prediction ends at r = {last}")
    pooled = samples(profiles, last, bootstrap, documents)[-1]
    values = stack([of_seed.values for of_seed in profiles])
    whole = {
        name: stack([np.where(masks[name], 1.0, 0.0) for masks in classes]) > 0
        for name in classes[0]
    }
    median = np.median(pooled.values, axis=0)
    records = {}
    for name, members in whole.items():
        record = _shares(values, members, 0, pooled, bootstrap, "")
        if name != ITSELF:
            record |= _shares(values, members, tail, pooled, bootstrap, "tail_")
            record |= _left_out(members[:, : last + 1], tail, pooled, bootstrap)
        records[name] = record
    return {
        "windows": pooled.windows,
        "predictions": len(values),
        "tail": tail,
        "distance_max": last,
        "median": median.tolist(),
        "classes": records,
    }


def _shares(
    values: np.ndarray,
    members: np.ndarray,
    lowest: int,
    pooled: Sample,
    bootstrap: Bootstrap,
    prefix: str,
) -> dict[str, Any]:
    """The mean shares of positions and of influence at the distances from `lowest` on."""
    values, members = values[:, lowest:], members[:, lowest:]
    there = ~np.isnan(values)
    positions = (members & there).sum(axis=1) / there.sum(axis=1)
    influence = np.where(members, np.nan_to_num(values), 0).sum(axis=1) / np.nansum(values, axis=1)
    spread = shares(influence, pooled.clusters, pooled.counts)
    found = interval(float(influence.mean()), spread, bootstrap, pooled.units, pooled.strata)
    return {
        f"{prefix}positions": float(positions.mean()),
        f"{prefix}influence": found.record,
    }


def _left_out(
    members: np.ndarray, tail: int, pooled: Sample, bootstrap: Bootstrap
) -> dict[str, Any]:
    """The median profile without the class, and how high its tail is beside that of all sources."""
    left = np.where(members, np.nan, pooled.values)
    counted = ~np.isnan(left).all(axis=0)
    median = np.full(left.shape[1], np.nan)
    median[counted] = np.nanmedian(left[:, counted], axis=0)
    resampled = weighted_medians(left[:, tail:], pooled.clusters, pooled.counts)
    height = _mean_ratio(median[None, tail:], pooled.median[None, tail:])[0]
    spread = _mean_ratio(resampled, pooled.resampled[:, tail:])
    found = interval(float(height), spread, bootstrap, pooled.units, pooled.strata)
    return {
        "tail_left_out": found.record,
        "median": [None if np.isnan(value) else float(value) for value in median],
    }


def _mean_ratio(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The mean [B] of `values` / `of` [B, distances] over the distances where both are numbers."""
    ratio = values / of
    there = ~np.isnan(ratio)
    number = there.sum(axis=1)
    total = np.where(there, ratio, 0).sum(axis=1)
    return np.divide(total, number, out=np.full(len(ratio), np.nan), where=number > 0)
