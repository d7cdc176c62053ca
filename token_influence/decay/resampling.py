"""Samples of predictions with their resamples: of each seed, and of all seeds pooled.

A resample draws whole clusters: windows within their seeds, or documents of all seeds together. It is
a row of counts, how often each cluster is drawn, and its median profile is a weighted median.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError
from token_influence.profiles.labels import POOLED
from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.seeds import stream

CLUSTERS = ("window", "document")
FOLDS = 10  # of the cross-validation
CHUNK_CELLS = 8_000_000  # counts held at once (32 MB as float32), which bounds the memory
Documents = Sequence[Mapping[int, object]]
"""For each seed, the document of each window."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Predictions at distances 0..last, and their resamples.

    seed: as text, or "pooled"; values: float64 [predictions, distances], no NaN; clusters: int
    [predictions], columns of `counts` int [B, clusters]; folds: int [clusters], of the
    cross-validation; windows: their number; units, strata: how many clusters a resample draws within
    how many groups (clusters within seeds, or whole seeds).
    """

    seed: str
    values: np.ndarray
    clusters: np.ndarray
    counts: np.ndarray
    folds: np.ndarray
    windows: int
    units: int
    strata: int

    @property
    def pooled(self) -> bool:
        """Whether these are the predictions of all seeds."""
        return self.seed == POOLED

    @cached_property
    def median(self) -> np.ndarray:
        """The median profile, float64 [distances]."""
        return np.median(self.values, axis=0)

    @cached_property
    def resampled(self) -> np.ndarray:
        """Median profiles of the resamples, float64 [B, distances]."""
        return weighted_medians(self.values, self.clusters, self.counts)


def samples(
    profiles: Sequence[NormalisedProfiles],
    last: int,
    bootstrap: Bootstrap,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> list[Sample]:
    """The sample of each seed (one of `profiles`) and, last, of all seeds pooled.

    last: the largest distance kept, which every prediction has. documents: needed when documents
    are the clusters. resample_seeds: the seeds are random initialisations, so that the pooled sample
    draws them as well.
    Raises DecayError for fewer than two windows or clusters, or a distance that a prediction lacks.
    """
    seeds = [of_seed.seed for of_seed in profiles]
    names = [
        _names(of_seed, bootstrap.cluster, None if documents is None else documents[at])
        for at, of_seed in enumerate(profiles)
    ]
    codes = [np.unique(own, return_inverse=True)[1] for own in names]
    numbers = [int(code.max()) + 1 for code in codes]
    starts = np.cumsum(numbers) - numbers
    counts = draw_counts(numbers, seeds, bootstrap)
    result = []
    for profile, code, number, start in zip(profiles, codes, numbers, starts, strict=True):
        result.append(
            Sample(
                seed=str(profile.seed),
                values=_complete(profile.values[:, : last + 1], str(profile.seed)),
                clusters=code,
                counts=counts[:, start : start + number],
                folds=draw_folds([number], [profile.seed], min(FOLDS, number), bootstrap),
                windows=len(np.unique(profile.windows)),
                units=number,
                strata=1,
            )
        )
    return [*result, _pool(result, names, seeds, bootstrap, resample_seeds)]


def _pool(
    parts: Sequence[Sample],
    names: Sequence[np.ndarray],
    seeds: Sequence[int],
    bootstrap: Bootstrap,
    resample_seeds: bool,
) -> Sample:
    """The predictions of the seeds' samples `parts` together; names: their windows or documents."""
    numbers, groups = [part.units for part in parts], list[int | str](seeds)
    if bootstrap.cluster == "document" and not resample_seeds:
        # A document is one cluster, however many seeds drew windows from it.
        clusters = np.unique(np.concatenate(names), return_inverse=True)[1]
        numbers, groups = [int(clusters.max()) + 1], [POOLED]
    else:
        starts = np.cumsum(numbers) - numbers
        clusters = np.concatenate(
            [part.clusters + start for part, start in zip(parts, starts, strict=True)]
        )
    drawn = resample_seeds and len(seeds) > 1
    return Sample(
        seed=POOLED,
        values=np.concatenate([part.values for part in parts]),
        clusters=clusters,
        counts=draw_counts_and_seeds(numbers, seeds, bootstrap)
        if drawn
        else draw_counts(numbers, groups, bootstrap),
        folds=draw_folds(numbers, groups, min(FOLDS, sum(numbers)), bootstrap),
        windows=sum(part.windows for part in parts),
        # Only whole seeds are independent where these are drawn.
        units=len(seeds) if drawn else sum(numbers),
        strata=1 if drawn else len(groups),
    )


def _names(
    profile: NormalisedProfiles, cluster: str, documents: Mapping[int, object] | None
) -> np.ndarray:
    """The window or document of each prediction, [predictions]."""
    if len(np.unique(profile.windows)) < 2:
        raise DecayError(f"seed {profile.seed} has fewer than two windows, too few for an interval")
    if cluster == "window":
        return profile.windows
    if cluster != "document":
        raise DecayError(f"cluster {cluster!r} is none of {', '.join(CLUSTERS)}")
    if documents is None:
        raise DecayError("documents as clusters need the documents of the windows")
    names = document_names(profile, documents)
    if len(np.unique(names)) < 2:
        raise DecayError(
            f"seed {profile.seed} has fewer than two documents, too few for an interval"
        )
    return names


def document_names(profile: NormalisedProfiles, documents: Mapping[int, object]) -> np.ndarray:
    """The document of each prediction as text, [predictions].

    Raises DecayError for a window that has none.
    """
    missing = sorted(set(profile.windows.tolist()) - set(documents))
    if missing:
        raise DecayError(f"window {missing[0]} of seed {profile.seed} has no document")
    return np.array([str(documents[window]) for window in profile.windows.tolist()])


def _complete(values: np.ndarray, seed: str) -> np.ndarray:
    """`values` [predictions, distances], once no prediction lacks a distance."""
    missing = np.isnan(values).any(axis=0)
    if missing.any():
        raise DecayError(
            f"some predictions of seed {seed} lack distance {int(missing.argmax())}, "
            f"where 0..{values.shape[1] - 1} are needed"
        )
    return values


def draw_counts(
    clusters: Sequence[int], seeds: Sequence[int | str], bootstrap: Bootstrap
) -> np.ndarray:
    """How often each cluster is drawn: int [resamples, sum(clusters)], seed after seed.

    clusters: the number of clusters of each of `seeds`. A seed's draws depend only on its number,
    its clusters' number and the settings, so that arms with the same windows (intact and shuffled)
    are resampled together.
    """
    drawn = []
    for number, seed in zip(clusters, seeds, strict=True):
        rng = stream(bootstrap.seed, "bootstrap", bootstrap.cluster, seed)
        drawn.append(rng.multinomial(number, np.full(number, 1 / number), bootstrap.resamples))
    return np.concatenate(drawn, axis=1)


def draw_counts_and_seeds(
    clusters: Sequence[int], seeds: Sequence[int], bootstrap: Bootstrap
) -> np.ndarray:
    """As `draw_counts`, but the seeds (random initialisations) are drawn first, then clusters.

    A seed drawn k times has k times as many clusters drawn.
    """
    rng = stream(bootstrap.seed, "bootstrap initialisations", bootstrap.cluster, *seeds)
    times = rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), bootstrap.resamples)
    drawn = [
        rng.multinomial(times[:, at] * number, np.full(number, 1 / number))
        for at, number in enumerate(clusters)
    ]
    return np.concatenate(drawn, axis=1)


def draw_folds(
    clusters: Sequence[int], seeds: Sequence[int | str], folds: int, bootstrap: Bootstrap
) -> np.ndarray:
    """The fold 0..folds − 1 of each cluster, int [sum(clusters)]: equal shares of every seed."""
    places = []
    for number, seed in zip(clusters, seeds, strict=True):
        rng = stream(bootstrap.seed, "folds", bootstrap.cluster, seed)
        places.append(rng.permutation(number))
    # Places continue from seed to seed, so that several small seeds leave no fold empty.
    starts = np.concatenate([[0], np.cumsum(clusters)[:-1]])
    return np.concatenate(
        [(place + start) % folds for place, start in zip(places, starts, strict=True)]
    )


def weighted_medians(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Medians [B, distances] of `values` [predictions, distances] with rows repeated by `counts`.

    clusters: int [predictions], the column of `counts` int [B, clusters] that each prediction
    belongs to. Equals `numpy.nanmedian` of the repeated rows; NaN where a resample has no value.
    Each distance is sorted once for all resamples.
    """
    n, width = values.shape
    resamples, number = counts.shape
    size = max(1, round(np.sqrt(n) / 1.5))
    blocks = -(-n // size)
    step = max(1, CHUNK_CELLS // ((blocks + 4) * (number + resamples)))
    result = np.empty((resamples, width))
    for start in range(0, width, step):
        chunk = slice(start, start + step)
        result[:, chunk] = _medians(values[:, chunk], clusters, counts, size).T
    return result


def _medians(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    """Medians [distances, B]; see `weighted_medians`.

    The sorted values of a distance are cut into blocks of `size`. One matrix product counts the
    drawn values up to the end of each block; then only the block with the middle is searched.
    """
    n, width = values.shape
    number = counts.shape[1]
    blocks = -(-n // size)
    order = np.argsort(values, axis=0, kind="stable").T  # NaN goes last
    ordered = np.take_along_axis(values.T, order, axis=1)
    members = clusters[order]

    column = np.arange(width)[:, None]
    cell = (column * blocks + np.arange(n) // size) * number + members
    table = np.bincount(cell.ravel(), minlength=width * blocks * number)
    table = table.reshape(width, blocks, number).cumsum(axis=1).astype(np.float32)
    weights = np.ascontiguousarray(counts.T, dtype=np.float32)  # exact below 2**24
    reached = (table.reshape(-1, number) @ weights).reshape(width, blocks, -1)

    valid = np.bincount(
        (column * number + members)[~np.isnan(ordered)], minlength=width * number
    ).reshape(width, number)
    total = valid.astype(np.float32) @ weights  # [distances, B]

    # Ranks beyond n belong to a cluster that is never drawn.
    members = np.pad(members, ((0, 0), (0, blocks * size - n)), constant_values=number)
    weights = np.vstack([weights, np.zeros_like(weights[:1])])
    resample = np.arange(weights.shape[1])

    def order_statistic(rank: np.ndarray) -> np.ndarray:
        """The value at `rank` (1-based, [distances, B]) among the drawn values."""
        block = np.minimum((reached < rank[:, None, :]).sum(axis=1), blocks - 1)
        before = np.take_along_axis(reached, np.maximum(block - 1, 0)[:, None, :], axis=1)[:, 0]
        seen = np.where(block > 0, before, 0)
        first = block * size
        position = first.copy()
        for step in range(size):
            seen += weights[members[column, first + step], resample]
            position += seen < rank
        return ordered[column, np.minimum(position, n - 1)]

    lower, upper = np.floor((total + 1) / 2), np.floor(total / 2) + 1
    low = order_statistic(lower)
    high = order_statistic(upper) if (upper != lower).any() else low
    return np.where(total > 0, (low + high) / 2, np.nan)
