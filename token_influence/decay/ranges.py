"""A sample on one range of distances, and the fits of families to it and to its resamples."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from token_influence.decay.intervals import Bootstrap, interval
from token_influence.decay.resampling import Sample
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES, Family
from token_influence.fitting.least_squares import estimate, inverse_variance
from token_influence.fitting.linear_scale import Fits


def span(label: str, last: int) -> tuple[int, int]:
    """First and last distance of a configured range, where `last` is the largest usable one."""
    if label == "full":
        return 1, last
    low, high = map(int, label.split(".."))
    if not 0 <= low < high <= last:
        raise DecayError(
            f"range {label} does not lie within 0..{last}, the distances that every prediction has"
        )
    return low, high


@dataclass(frozen=True)
class RangedFit:
    """A family fitted to the median profile (`best`) and to those of the resamples (`spread`)."""

    family: Family
    best: Fits
    spread: Fits


class Ranged:
    """The distances low..high of a sample: r [n], values [predictions, n] and median [n], with the
    weights [n] (None for equal ones) and the scale of the fits. Each fit is made once."""

    def __init__(self, sample: Sample, low: int, high: int, scale: str, weighting: str):
        self.sample, self.low, self.high, self.scale = sample, low, high, scale
        self.r = np.arange(low, high + 1, dtype=np.float64)
        self.values = sample.values[:, low : high + 1]
        self.median = sample.median[low : high + 1]
        self.weights = None
        if weighting == "inverse_variance":
            self.weights = inverse_variance(self.resampled, self.r, scale)
        self._best: dict[str, Fits] = {}
        self._spread: dict[str, Fits] = {}

    @property
    def resampled(self) -> np.ndarray:
        """Medians of the resamples [B, n]."""
        return self.sample.resampled[:, self.low : self.high + 1]

    def best(self, name: str) -> Fits:
        """The fit of the family `name` to the median profile."""
        if name not in self._best:
            self._best[name] = estimate(
                FAMILIES[name], self.r, self.median, self.weights, self.scale
            )
        return self._best[name]

    def fit(self, name: str) -> RangedFit:
        """The fits of the family `name` to the median profile and to all its resamples."""
        family, best = FAMILIES[name], self.best(name)
        if name not in self._spread:
            self._spread[name] = estimate(
                family, self.r, self.resampled, self.weights, self.scale, thorough=False
            )
        return RangedFit(family, best, self._spread[name])

    def interval(self, value: float, values: np.ndarray, bootstrap: Bootstrap) -> dict[str, Any]:
        """{"estimate", "low", "high"} of one number and its resamples [B]."""
        return interval(value, values, bootstrap, self.sample.units, self.sample.strata)


class Ranges:
    """Ranges of samples, each made once."""

    def __init__(self, scale: str, weighting: str):
        self.scale, self.weighting = scale, weighting
        self._known: dict[tuple[Sample, int, int], Ranged] = {}

    def part(self, sample: Sample, low: int, high: int) -> Ranged:
        """The distances low..high of `sample`."""
        key = (sample, low, high)
        if key not in self._known:
            self._known[key] = Ranged(sample, low, high, self.scale, self.weighting)
        return self._known[key]


def parameters(part: Ranged, found: RangedFit, bootstrap: Bootstrap) -> dict[str, Any]:
    """{"estimate", "low", "high"} of each parameter of the family (None where undetermined)."""
    family, best, spread = found.family, found.best, found.spread
    columns = {
        shape.name: (best.theta[0, at], spread.theta[:, at])
        for at, shape in enumerate(family.shapes)
    }
    if family.offset:
        columns["gamma"] = (best.gamma[0], spread.gamma)
    if family.decays:
        columns["beta"] = (best.beta[0], spread.beta)
    return {
        name: part.interval(value, values, bootstrap) for name, (value, values) in columns.items()
    }
