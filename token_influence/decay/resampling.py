"""Samples of predictions: each seed's, and all seeds' pooled, with their resampled medians."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from token_influence.decay.bootstrap import draw_counts, draw_counts_and_seeds, draw_folds
from token_influence.decay.intervals import Bootstrap
from token_influence.decay.medians import weighted_medians
from token_influence.errors import DecayError
from token_influence.profiles.aggregate import POOLED, NormalisedProfiles

CLUSTERS = ("window", "document")
FOLDS = 10
Documents = Sequence[Mapping[int, object]]


@dataclass(frozen=True, eq=False)
class Sample:
    """Predictions at distances 0..last, and their resamples.

    values: float64 [predictions, distances], no NaN; clusters: int [predictions], columns of
    `counts` int [B, clusters]; folds: int [clusters]; median: [distances];
    units, strata: what a resample draws independently, within how many groups: clusters within
    seeds, or whole seeds.
    """

    seed: str
    values: np.ndarray
    clusters: np.ndarray
    counts: np.ndarray
    folds: np.ndarray
    windows: int
    units: int
    strata: int
    median: np.ndarray

    @property
    def pooled(self) -> bool:
        return self.seed == POOLED

    @cached_property
    def resampled(self) -> np.ndarray:
        """Medians of the resamples, [B, distances]."""
        return weighted_medians(self.values, self.clusters, self.counts)


def samples(
    profiles: Sequence[NormalisedProfiles],
    last: int,
    bootstrap: Bootstrap,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> list[Sample]:
    """The sample of each seed (one of `profiles`) and, last, of all seeds pooled.

    last: the largest distance kept, which every prediction has. documents: per seed, the document of
    each window, needed when documents are the clusters.
    resample_seeds: the seeds are random initialisations, drawn as well in the pooled sample.
    Raises DecayError for fewer than two windows or clusters, or a distance without predictions.
    """
    seeds = [part.seed for part in profiles]
    codes = [
        _codes(part, bootstrap.cluster, None if documents is None else documents[at])
        for at, part in enumerate(profiles)
    ]
    numbers = [int(code.max()) + 1 for code in codes]
    ends = np.cumsum(numbers)
    counts = draw_counts(numbers, seeds, bootstrap)
    values = [part.values[:, : last + 1] for part in profiles]
    windows = [len(np.unique(part.windows)) for part in profiles]
    result = []
    for at, (end, number) in enumerate(zip(ends, numbers, strict=True)):
        folds = draw_folds([number], [seeds[at]], min(FOLDS, number), bootstrap)
        own = counts[:, end - number : end]
        result.append(
            _sample(str(seeds[at]), values[at], codes[at], own, folds, windows[at], number, 1)
        )
    units, strata = sum(numbers), len(seeds)
    if resample_seeds and len(seeds) > 1:
        counts = draw_counts_and_seeds(numbers, seeds, bootstrap)
        units, strata = len(seeds), 1
    starts = ends - numbers
    together = np.concatenate([code + start for code, start in zip(codes, starts, strict=True)])
    folds = draw_folds(numbers, seeds, min(FOLDS, sum(numbers)), bootstrap)
    everything = np.concatenate(values)
    result.append(_sample(POOLED, everything, together, counts, folds, sum(windows), units, strata))
    return result


def _codes(
    part: NormalisedProfiles, cluster: str, documents: Mapping[int, object] | None
) -> np.ndarray:
    """The index of each prediction's cluster, int [predictions]."""
    if len(np.unique(part.windows)) < 2:
        raise DecayError(f"seed {part.seed} has fewer than two windows, too few for an interval")
    if cluster == "window":
        return np.unique(part.windows, return_inverse=True)[1]
    if cluster != "document":
        raise DecayError(f"cluster {cluster!r} is none of {', '.join(CLUSTERS)}")
    if documents is None:
        raise DecayError("documents as clusters need the documents of the windows")
    missing = sorted(set(part.windows.tolist()) - set(documents))
    if missing:
        raise DecayError(f"window {missing[0]} of seed {part.seed} has no document")
    names = np.array([str(documents[window]) for window in part.windows.tolist()])
    unique, codes = np.unique(names, return_inverse=True)
    if len(unique) < 2:
        raise DecayError(f"seed {part.seed} has fewer than two documents, too few for an interval")
    return codes


def _sample(
    seed: str,
    values: np.ndarray,
    clusters: np.ndarray,
    counts: np.ndarray,
    folds: np.ndarray,
    windows: int,
    units: int,
    strata: int,
) -> Sample:
    empty = np.isnan(values).any(axis=0)
    if empty.any():
        raise DecayError(
            f"some predictions of seed {seed} lack distance {int(empty.argmax())}, "
            f"where 0..{values.shape[1] - 1} are needed"
        )
    median = np.median(values, axis=0)
    return Sample(seed, values, clusters, counts, folds, windows, units, strata, median)
