"""Profiles of single predictions: influence by distance, divided by the diagonal."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from token_influence.errors import DecayError

INFLUENCE_COLUMNS = ["window", "position", "distance", "influence"]

NORMALISATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "diagonal": lambda raw: raw[:, :1],
    "row_sum": lambda raw: np.nansum(raw, axis=1, keepdims=True),
    "raw": lambda raw: np.ones((len(raw), 1)),
}
"""What each prediction's influence G float64 [predictions, distances] is divided by, [predictions, 1].

G(i, i), which all results use; the sum of G(i, i−r) over r = 0..i; and nothing."""


@contextmanager
def naming_arm(arm: str) -> Iterator[None]:
    """Put the arm's name before the message of every `DecayError` raised inside."""
    try:
        yield
    except DecayError as error:
        raise DecayError(f"{arm}: {error}") from error


@dataclass(frozen=True)
class NormalisedProfiles:
    """Normalised profiles of all predictions of one arm, objective and seed.

    values: float64 [predictions, distances], g(r) = G(i, i−r) / G(i, i), unless another of
        NORMALISATIONS was chosen; NaN where r > i and where a source is left out. Rows are ordered
        by window, then position.
    windows, positions: int64 [predictions], where each row's prediction was made.
    """

    values: np.ndarray
    windows: np.ndarray
    positions: np.ndarray
    seed: int

    def without_sources(self, skip: int) -> "NormalisedProfiles":
        """The same profiles, NaN where the source is one of the first `skip` positions (j < skip)."""
        sources = self.positions[:, None] - np.arange(self.values.shape[1])
        return replace(self, values=np.where(sources >= skip, self.values, np.nan))


def normalised_profiles(
    influence: pd.DataFrame, seed: int, normalisation: str = "diagonal"
) -> NormalisedProfiles:
    """The profiles of the rows `influence` of one objective and one seed, in any order.

    influence: columns `window`, `position`, `distance`, `influence` (raw G > 0); each prediction
        (window, position) has each distance 0..position exactly once. normalisation: a name in
        NORMALISATIONS.
    Raises DecayError where there are no rows, a row is doubled or missing, or an influence is not
    positive and finite.

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
            f"{_prediction(window[first], position[first])} holds distance {distance[first]} twice"
        )
    measured = np.bincount(row, minlength=len(prediction))
    if (measured < positions + 1).any():
        first = int((measured < positions + 1).argmax())
        raise DecayError(
            f"{_prediction(windows[first], positions[first])} holds {measured[first]} of its "
            f"{positions[first] + 1} distances"
        )
    values = np.full((len(prediction), width), np.nan)
    values[row, distance] = raw
    values /= NORMALISATIONS[normalisation](values).copy()
    return NormalisedProfiles(values, windows, positions, seed)


def _require_valid(
    raw: np.ndarray, window: np.ndarray, position: np.ndarray, distance: np.ndarray
) -> None:
    bad = ~(np.isfinite(raw) & (raw > 0))
    if bad.any():
        first = int(bad.argmax())
        raise DecayError(
            f"{_prediction(window[first], position[first])} has influence {raw[first]:g} at distance "
            f"{distance[first]}, where only positive finite values make sense"
        )
    outside = (distance < 0) | (distance > position)
    if outside.any():
        first = int(outside.argmax())
        raise DecayError(
            f"{_prediction(window[first], position[first])} holds distance {distance[first]}, "
            f"outside 0..{position[first]}"
        )


def _prediction(window: int, position: int) -> str:
    return f"window {window}, position {position}"


def full_distance(profiles: Sequence[NormalisedProfiles], skip: int) -> int:
    """The largest distance that every prediction has when the first `skip` sources are left out.

    profiles: of every seed of the arm. Raises DecayError where it is below 1.
    """
    largest = min(int(of_seed.positions.min()) for of_seed in profiles) - skip
    if largest < 1:
        raise DecayError(
            f"no distance is shared by all predictions once the first {skip} positions are left out"
        )
    return largest
