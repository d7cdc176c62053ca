"""How wide p's interval becomes with so many windows and positions, from a pilot's predictions.

A parameter of a fit is a function of the median profile, and a median a function of the predictions.
Both are linearised: each prediction moves the parameter by its influence value. These values vary
between documents, between windows of a document and between positions of a window, and the three
variances give the parameter's variance for any other design.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from token_influence.fitting.families import FAMILIES, POWER_LAW
from token_influence.fitting.least_squares import estimate, parameter_values

STEP = 1e-4  # by which a median is moved for a derivative, relative to itself
INTERVAL = 0.95
TOLD = 10
"""So many windows must share a document with another one to tell documents from windows."""
CHANCE = 0.8
"""The share of studies in which the windows that `windows_to_decide` names shall decide."""
FARTHEST = 100
"""Numbers beyond so many times the pilot's windows are not named: it does not say so much."""
KEYS = ("variance_documents", "variance_windows", "variance_positions", "shared_documents")
"""The keys of a `Variance` in the record of a fit, and its columns in tables/decay.csv."""


@dataclass(frozen=True)
class Variance:
    """The variance that one document, window and position add to a parameter, and what they share.

    documents: None where it cannot be told from that of windows, which then holds it as well.
    shared: the probability that two windows are of the same document.
    """

    documents: float | None
    windows: float
    positions: float
    shared: float

    def of(self, windows: int, positions: float) -> float:
        """The parameter's variance with so many windows, and positions in each.

        This is σ²_d Σ n_d²/N² + σ²_w/W + σ²_p/(W P), where Σ n_d²/N² = 1/W + (1 − 1/W) `shared`.
        """
        return self._lasting + self._of_one(positions) / windows

    def width(self, windows: int, positions: float, interval: float = INTERVAL) -> float:
        """The expected width of the parameter's interval with so many windows and positions."""
        return _normal_width(interval) * float(np.sqrt(self.of(windows, positions)))

    def windows_for(self, width: float, positions: float, interval: float = INTERVAL) -> int | None:
        """The fewest windows for intervals of this width; None if no number of windows gives it."""
        left = (width / _normal_width(interval)) ** 2 - self._lasting
        return max(int(np.ceil(self._of_one(positions) / left)), 2) if left > 0 else None

    @property
    def _lasting(self) -> float:
        """What stays however many windows the documents give."""
        return (self.documents or 0.0) * self.shared

    def _of_one(self, positions: float) -> float:
        """What falls with the number of windows, for one window."""
        own = (self.documents or 0.0) * (1 - self.shared)
        return own + self.windows + self.positions / positions


@dataclass(frozen=True)
class Design:
    """So many windows with so many positions each, and the processor seconds to measure them."""

    windows: int
    positions: int
    seconds: float


def cheapest(
    variance: Variance,
    width: float,
    seconds: Callable[[int], float],
    positions: Iterable[int],
    interval: float = INTERVAL,
) -> Design | None:
    """The cheapest design for intervals of this width, or None if there is none.

    seconds: processor seconds of a window, by its number of positions; positions: the numbers to
    choose from.
    """
    designs = [
        Design(windows, number, windows * seconds(number))
        for number in positions
        if (windows := variance.windows_for(width, number, interval)) is not None
    ]
    return min(designs, key=lambda design: design.seconds, default=None)


def windows_to_decide(
    windows: int,
    estimate: float,
    low: float,
    high: float,
    bound: float,
    variance: Variance | None = None,
    positions: float = 1,
) -> int | None:
    """How many windows would put the interval wholly on one side of `bound` in 80 % of studies.

    estimate, [low, high]: a number and its 95 % interval from `windows` windows with `positions`
    positions each. The estimate is assumed to be right, and the interval to narrow as `variance`
    says, or with the square root of the number of windows. Rounded up to two digits. None for more
    than `FARTHEST` times as many, also at the bound itself.

    >>> windows_to_decide(32, 0.8, 0.6, 1.0, 0.7)
    270
    """
    half = estimate - low if estimate > bound else high - estimate
    distance = abs(estimate - bound)
    if not np.isfinite(half) or distance == 0:
        return None
    # A narrower interval reaches the bound only if the estimate, which varies as much, comes closer:
    # narrower = (half / distance) (1 + z₀.₈ / z₀.₉₇₅).
    narrower = half / distance * (1 + ndtri(CHANCE) / ndtri((1 + INTERVAL) / 2))
    if variance is None:
        needed: float | None = windows * narrower**2
    else:
        needed = variance.windows_for(variance.width(windows, positions) / narrower, positions)
    if needed is None or needed > FARTHEST * windows:
        return None
    step = 10 ** max(0, int(np.log10(needed)) - 1)
    return max(windows, int(np.ceil(needed / step)) * step)


def variance_record(variance: Variance | None) -> dict[str, float | None]:
    """The `KEYS` of a fit's record; None for what is not determined."""
    values = [None] * len(KEYS) if variance is None else astuple(variance)
    return dict(zip(KEYS, values, strict=True))


def variance_from(fit: Mapping[str, Any]) -> Variance | None:
    """The variance that the record of a fit, or its row in tables/decay.csv, holds; None if none."""
    found = [fit.get(key) for key in KEYS]
    documents, windows, positions, shared = (None if pd.isna(one) else one for one in found)
    if windows is None or positions is None or shared is None:
        return None
    return Variance(documents, windows, positions, shared)


def influence_values(
    values: np.ndarray,
    r: np.ndarray,
    name: str = POWER_LAW,
    parameter: str = "p",
    weights: np.ndarray | None = None,
    scale: str = "linear",
) -> np.ndarray:
    """By how much each prediction moves a parameter of the fit to the median: float64 [predictions].

    values: float64 [predictions, n] at distances `r` [n]; name: the family; weights, scale: of the
    fit. The variance of the parameter is that of the mean of these values (the influence function of
    the median, Hampel, J. Amer. Statist. Assoc. 69, 1974, through the derivatives of the fit). NaN
    where the fit does not determine the parameter.
    """
    family, median = FAMILIES[name], np.median(values, axis=0)
    steps = STEP * median
    moved = median + np.concatenate([np.diag(steps), -np.diag(steps)])
    fits = estimate(family, r, moved, weights, scale, thorough=False)
    up, down = np.split(parameter_values(family, fits, parameter), 2)
    slopes = (up - down) / (2 * steps)
    moves = np.sign(values - median) / 2 * _spacing(values, median)
    return moves @ slopes


def components(
    moves: np.ndarray, windows: np.ndarray, documents: np.ndarray | None = None
) -> Variance:
    """The variances behind influence values `moves` float64 [predictions].

    windows, documents: int [predictions], codes from 0 of each prediction's window and document. Where
    fewer than `TOLD` windows are beyond the first of their document, documents are left out.
    """
    _, first = np.unique(windows, return_index=True)
    shared, told = 0.0, False
    if documents is not None:
        sizes = np.bincount(documents[first])
        told = len(sizes) > 1 and len(first) - len(sizes) >= TOLD
        shared = float((sizes * (sizes - 1)).sum() / (len(first) * (len(first) - 1)))
    several = len(first) < len(windows)
    groups = [windows] + [np.arange(len(windows))] * several
    if told and documents is not None:
        groups.insert(0, documents)
    found = list(nested_variances(moves, groups))
    return Variance(
        documents=found.pop(0) if told else None,
        windows=found.pop(0),
        positions=found.pop() if several else 0.0,
        shared=shared,
    )


def nested_variances(values: np.ndarray, groups: Sequence[np.ndarray]) -> list[float]:
    """The variance of each of nested random effects in `values` [N], outermost first.

    groups: int [N] each, every one finer than the one before it. Sums of squares are set equal to
    their expectation, for groups of any sizes (Searle, Casella and McCulloch, Variance Components,
    1992, section 5.2). An effect whose variance would be negative is left out, and has 0.
    """
    levels = [
        np.unique(group, return_inverse=True)[1] for group in [np.zeros(len(values)), *groups]
    ]
    sizes = np.array([np.bincount(level)[level] for level in levels])
    means = np.array(
        [
            (np.bincount(level, values - values.mean()) / np.bincount(level))[level]
            for level in levels
        ]
    )
    # E[Σ mean²] of a level holds each effect times Σ min(its size, the level's size)/the level's size.
    shares = (np.minimum(sizes[:, None], sizes) / sizes[:, None]).sum(axis=2)
    found = np.linalg.solve(np.diff(shares, axis=0)[:, 1:], np.diff((means**2).sum(axis=1)))
    if len(groups) == 1 or found[:-1].min() >= 0:
        return [max(float(value), 0.0) for value in found]
    out = int(found[:-1].argmin())
    kept = nested_variances(values, [group for at, group in enumerate(groups) if at != out])
    return [*kept[:out], 0.0, *kept[out:]]


def _spacing(values: np.ndarray, median: np.ndarray) -> np.ndarray:
    """1/f(median) [n], where f is the density of the values [predictions, n] > 0 at each distance.

    A normal kernel on the logarithm, with Silverman's bandwidth. 0 where all values are equal.
    """
    logs = np.log(values / median)
    low, high = np.quantile(logs, [0.25, 0.75], axis=0)
    spread = np.minimum(logs.std(axis=0, ddof=1), (high - low) / 1.349)
    width = 0.9 * spread * len(values) ** -0.2
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.exp(-((logs / width) ** 2) / 2).mean(axis=0) / (np.sqrt(2 * np.pi) * width)
    return np.where(width > 0, median / density, 0.0)


def _normal_width(interval: float) -> float:
    """The width of the central `interval` of a normal distribution, in standard deviations."""
    return 2 * float(ndtri((1 + interval) / 2))
