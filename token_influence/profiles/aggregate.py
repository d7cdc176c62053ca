"""Profiles: influence of earlier tokens, normalised by the diagonal, aggregated by distance."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from token_influence.errors import DecayError

QUANTILES = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}
POOLED = "pooled"
INFLUENCE_COLUMNS = ["window", "position", "distance", "influence"]


@contextmanager
def about(arm: str) -> Iterator[None]:
    """Put the name of the arm before every `DecayError` raised inside."""
    try:
        yield
    except DecayError as error:
        raise DecayError(f"{arm}: {error}") from error


@dataclass(frozen=True)
class NormalisedProfiles:
    """Diagonal-normalised profiles of all predictions of one arm, objective and seed.

    values: float64 [predictions, distances], g(r) = G(i, i−r) / G(i, i); NaN where r > i
        (and where a source was left out). Rows are ordered by window, then position.
    windows, positions: int64 [predictions]
    """

    values: np.ndarray
    windows: np.ndarray
    positions: np.ndarray
    seed: int

    def without_sources(self, skip: int) -> "NormalisedProfiles":
        """The same profiles with the sources at positions j < skip left out (set to NaN)."""
        sources = self.positions[:, None] - np.arange(self.values.shape[1])
        return replace(self, values=np.where(sources >= skip, self.values, np.nan))


def normalised_profiles(influence: pd.DataFrame, seed: int) -> NormalisedProfiles:
    """The profiles in `influence`, the rows of one objective and one seed, in any order.

    influence: columns `window`, `position`, `distance`, `influence` (raw G > 0); each
        prediction (window, position) holds each distance 0..position exactly once.
    Raises DecayError when a row is doubled or missing, or an influence is not positive and finite.

    >>> rows = [(0, 1, 0, 4.0), (0, 1, 1, 1.0), (1, 1, 0, 2.0), (1, 1, 1, 1.0)]
    >>> influence = pd.DataFrame(rows, columns=INFLUENCE_COLUMNS)
    >>> normalised_profiles(influence, seed=0).values
    array([[1.  , 0.25],
           [1.  , 0.5 ]])
    """
    if influence.empty:
        raise DecayError(f"seed {seed} has no influence values")
    keys = influence[INFLUENCE_COLUMNS[:3]].to_numpy(np.int64)
    raw = influence["influence"].to_numpy(np.float64)
    window, position, distance = keys.T
    _require_valid(raw, window, position, distance)

    width = int(position.max()) + 1
    prediction, row = np.unique(window * width + position, return_inverse=True)
    windows, positions = np.divmod(prediction, width)
    cell = row * width + distance
    if len(np.unique(cell)) < len(cell):
        first = int(pd.Series(cell).duplicated().to_numpy().argmax())
        raise DecayError(
            f"{_where(window[first], position[first])} holds distance {distance[first]} twice"
        )
    measured = np.bincount(row, minlength=len(prediction))
    if (measured < positions + 1).any():
        first = int((measured < positions + 1).argmax())
        raise DecayError(
            f"{_where(windows[first], positions[first])} holds {measured[first]} of its "
            f"{positions[first] + 1} distances"
        )
    values = np.full((len(prediction), width), np.nan)
    values[row, distance] = raw
    values /= values[:, :1].copy()
    return NormalisedProfiles(values, windows, positions, seed)


def _require_valid(
    raw: np.ndarray, window: np.ndarray, position: np.ndarray, distance: np.ndarray
) -> None:
    bad = ~(np.isfinite(raw) & (raw > 0))
    if bad.any():
        first = int(bad.argmax())
        raise DecayError(
            f"{_where(window[first], position[first])} has influence {raw[first]:g} at distance "
            f"{distance[first]}, where only positive finite values make sense"
        )
    outside = (distance < 0) | (distance > position)
    if outside.any():
        first = int(outside.argmax())
        raise DecayError(
            f"{_where(window[first], position[first])} holds distance {distance[first]}, "
            f"outside 0..{position[first]}"
        )


def _where(window: int, position: int) -> str:
    return f"window {window}, position {position}"


def full_distance(profiles: Sequence[NormalisedProfiles], skip: int) -> int:
    """The largest distance that every prediction of the arm has once sources j < skip are left out.

    Raises DecayError when no distance of at least 1 is left.
    """
    largest = min(int(part.positions.min()) for part in profiles) - skip
    if largest < 1:
        raise DecayError(
            f"no distance is shared by all predictions once the first {skip} positions are left out"
        )
    return largest


def aggregate(profiles: Sequence[NormalisedProfiles], skip_sources: Sequence[int]) -> pd.DataFrame:
    """Median, mean and quantiles by distance: of every seed, and of all seeds pooled.

    Columns `seed` (text, "pooled" last), `skip_sources`, `distance`, `n`, `median`, `mean`, `q05`,
    `q25`, `q75`, `q95`; quantiles interpolate linearly. Distances without predictions are absent.

    >>> values = np.array([[1.0, 0.25], [1.0, 0.5]])
    >>> windows, positions = np.array([0, 1]), np.array([1, 1])
    >>> frame = aggregate([NormalisedProfiles(values, windows, positions, seed=0)], [0])
    >>> frame[["seed", "skip_sources", "distance", "n", "median"]].values.tolist()[-2:]
    [['pooled', 0, 0, 2, 1.0], ['pooled', 0, 1, 2, 0.375]]
    """
    frames = []
    for skip in skip_sources:
        parts = [part.without_sources(skip).values for part in profiles]
        labelled = [(str(part.seed), values) for part, values in zip(profiles, parts, strict=True)]
        for label, values in [*labelled, (POOLED, stack(parts))]:
            summary = summarise(values)
            summary.insert(0, "skip_sources", skip)
            summary.insert(0, "seed", label)
            frames.append(summary)
    return pd.concat(frames, ignore_index=True)


def stack(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays [predictions, distances] one above the other, the shorter filled up with NaN."""
    width = max(part.shape[1] for part in parts)
    filled = [
        np.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=np.nan) for part in parts
    ]
    return np.concatenate(filled)


def summarise(values: np.ndarray) -> pd.DataFrame:
    """Count, median, mean and quantiles of each column of `values` [predictions, distances]."""
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
