"""A sample on one range of distances, and the fits of families to it and to its resamples."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from token_influence.errors import DecayError
from token_influence.estimate import estimate, inverse_variance
from token_influence.families import FAMILIES, Family
from token_influence.intervals import Bootstrap, interval
from token_influence.samples import Sample
from token_influence.separable import Fits


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


class Ranged:
    """The distances low..high of a sample: r [n], values [predictions, n], median [n] and
    resampled [B, n], with the weights [n] (None for equal ones) and the scale of the fits."""

    def __init__(self, sample: Sample, low: int, high: int, scale: str, weighting: str):
        part = slice(low, high + 1)
        self.sample, self.low, self.high, self.scale = sample, low, high, scale
        self.r = np.arange(low, high + 1, dtype=np.float64)
        self.values = sample.values[:, part]
        self.median = sample.median[part]
        self.resampled = sample.resampled[:, part]
        self.weights = None
        if weighting == "inverse_variance":
            self.weights = inverse_variance(self.resampled, self.r, scale)

    def interval(self, value: float, values: np.ndarray, bootstrap: Bootstrap) -> dict[str, Any]:
        """{"estimate", "low", "high"} of one number and its resamples [B]."""
        return interval(value, values, bootstrap, len(self.sample.folds), self.sample.strata)


@dataclass(frozen=True)
class RangedFit:
    """A family fitted to the median profile (`best`) and to those of the resamples (`spread`)."""

    family: Family
    best: Fits
    spread: Fits


def fit_range(part: Ranged, name: str) -> RangedFit:
    """Fit the family `name` to the range's median profile and to all its resamples."""
    family = FAMILIES[name]
    best = estimate(family, part.r, part.median, part.weights, part.scale)
    spread = estimate(family, part.r, part.resampled, part.weights, part.scale, thorough=False)
    return RangedFit(family, best, spread)


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
