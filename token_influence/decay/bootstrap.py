"""Resamples of clusters (windows or documents), drawn within their seeds, as rows of counts."""

from collections.abc import Sequence

import numpy as np

from token_influence.decay.intervals import Bootstrap
from token_influence.seeds import stream


def draw_counts(clusters: Sequence[int], seeds: Sequence[int], bootstrap: Bootstrap) -> np.ndarray:
    """How often each cluster is drawn: int [resamples, sum(clusters)], seed after seed.

    clusters: the number of clusters of each of `seeds`. A seed's draws depend on nothing but its
    label, its number of clusters and the settings, so that arms with the same windows (intact and
    shuffled) are resampled together.
    """
    parts = []
    for number, seed in zip(clusters, seeds, strict=True):
        rng = stream(bootstrap.seed, "bootstrap", bootstrap.cluster, seed)
        parts.append(rng.multinomial(number, np.full(number, 1 / number), bootstrap.resamples))
    return np.concatenate(parts, axis=1)


def draw_counts_and_seeds(
    clusters: Sequence[int], seeds: Sequence[int], bootstrap: Bootstrap
) -> np.ndarray:
    """As `draw_counts`, but seeds (random initialisations) are drawn first, then their clusters."""
    rng = stream(bootstrap.seed, "bootstrap initialisations", bootstrap.cluster, *seeds)
    times = rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), bootstrap.resamples)
    parts = [
        rng.multinomial(times[:, at] * number, np.full(number, 1 / number))
        for at, number in enumerate(clusters)
    ]
    return np.concatenate(parts, axis=1)


def draw_folds(
    clusters: Sequence[int], seeds: Sequence[int], folds: int, bootstrap: Bootstrap
) -> np.ndarray:
    """The fold 0..folds − 1 of each cluster, int [sum(clusters)]: equal shares of every seed."""
    parts = []
    for number, seed in zip(clusters, seeds, strict=True):
        rng = stream(bootstrap.seed, "folds", bootstrap.cluster, seed)
        parts.append(rng.permutation(number))
    # Places go on from seed to seed, so that no fold is left empty by several small seeds.
    starts = np.concatenate([[0], np.cumsum(clusters)[:-1]])
    return np.concatenate(
        [(part + start) % folds for part, start in zip(parts, starts, strict=True)]
    )
