"""A sample on one range of distances, and families fitted to it and to its resamples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from token_influence.decay.intervals import Interval, interval
from token_influence.decay.resampling import Sample
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES, Family
from token_influence.fitting.least_squares import estimate, inverse_variance, parameter_values
from token_influence.fitting.problem import Fits


@dataclass(frozen=True, eq=False)
class RangedSample:
    """The distances lowest..highest of a sample, with the weights and the scale of its fits.

    weights: float64 [n], n = highest − lowest + 1, or None for equal ones; scale: "linear" or "log".
    """

    sample: Sample
    lowest: int
    highest: int
    scale: str
    weights: np.ndarray | None

    @property
    def r(self) -> np.ndarray:
        """The distances, float64 [n]."""
        return np.arange(self.lowest, self.highest + 1, dtype=np.float64)

    @property
    def values(self) -> np.ndarray:
        """The predictions' profiles, [predictions, n]."""
        return self.sample.values[:, self.lowest : self.highest + 1]

    @property
    def median(self) -> np.ndarray:
        """The median profile, [n]."""
        return self.sample.median[self.lowest : self.highest + 1]

    @property
    def resampled(self) -> np.ndarray:
        """The median profiles of the resamples, [B, n]."""
        return self.sample.resampled[:, self.lowest : self.highest + 1]

    def interval(self, value: float, values: np.ndarray, bootstrap: Bootstrap) -> Interval:
        """The interval of one number from its values in the resamples, [B]."""
        return interval(value, values, bootstrap, self.sample.units, self.sample.strata)


def on_range(sample: Sample, lowest: int, highest: int, scale: str, weighting: str) -> RangedSample:
    """The distances lowest..highest of `sample`; weighting: "uniform" or "inverse_variance".

    Raises DecayError where an inverse variance is infinite.
    """
    ranged = RangedSample(sample, lowest, highest, scale, weights=None)
    if weighting != "inverse_variance":
        return ranged
    weights = inverse_variance(ranged.resampled, ranged.r, scale)
    return RangedSample(sample, lowest, highest, scale, weights)


@dataclass(frozen=True)
class FamilyFit:
    """A family fitted to the median profile (`best`) and to the medians of resamples (`spread`)."""

    family: Family
    best: Fits
    spread: Fits


def fit_median(ranged: RangedSample, name: str) -> Fits:
    """The fit of the family `name` to the median profile."""
    return estimate(FAMILIES[name], ranged.r, ranged.median, ranged.weights, ranged.scale)


def fit_family(ranged: RangedSample, name: str) -> FamilyFit:
    """The fits of the family `name` to the median profile and to the medians of all resamples.

    Raises DecayError as `least_squares.estimate` does.
    """
    family = FAMILIES[name]
    best = fit_median(ranged, name)
    spread = estimate(
        family, ranged.r, ranged.resampled, ranged.weights, ranged.scale, thorough=False
    )
    return FamilyFit(family, best, spread)


@dataclass(frozen=True, eq=False)
class RangeFits:
    """A sample on one range, and the fits of families to it, by their names."""

    ranged: RangedSample
    fits: Mapping[str, FamilyFit]


def fit_range(ranged: RangedSample, families: Iterable[str]) -> RangeFits:
    """All `families`, fitted to the range."""
    return RangeFits(ranged, {name: fit_family(ranged, name) for name in families})


def parameter_intervals(
    ranged: RangedSample, fit: FamilyFit, bootstrap: Bootstrap
) -> dict[str, Interval]:
    """The interval of each parameter of the family."""
    return {
        name: ranged.interval(
            parameter_values(fit.family, fit.best, name)[0],
            parameter_values(fit.family, fit.spread, name),
            bootstrap,
        )
        for name in fit.family.parameters
    }
