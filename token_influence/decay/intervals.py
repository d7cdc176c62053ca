"""Intervals from resampled values of one number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError

METHODS = ("percentile", "expanded", "bias_corrected")


@dataclass(frozen=True)
class Interval:
    """An estimate and the limits of its interval; None where it is not determined."""

    estimate: float | None
    low: float | None = None
    high: float | None = None

    @property
    def record(self) -> dict[str, Any]:
        """{"estimate", "low", "high"}."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


def levels(
    bootstrap: Bootstrap, estimate: float, resampled: np.ndarray, units: int, strata: int
) -> np.ndarray:
    """The levels, float64 [2], at which the quantiles of `resampled` [B] are the interval's limits.

    units: how many clusters (or seeds) a resample draws; strata: within how many groups it draws
    them. Raises DecayError for a method that is not known.
    """
    upper = (1 + bootstrap.interval) / 2
    z = ndtri(upper) * np.array([-1.0, 1.0])
    if bootstrap.method == "percentile":
        return ndtr(z)
    if bootstrap.method == "expanded":
        # A resample of m units varies by (m − 1)/m of what m units vary, and z should be t.
        freedom = units - strata
        wide = stdtrit(freedom, upper) * np.sqrt(units / freedom)
        return ndtr(wide * np.array([-1.0, 1.0]))
    if bootstrap.method == "bias_corrected":
        below = np.mean(resampled < estimate) + np.mean(resampled == estimate) / 2
        inside = np.clip(below, 0.5 / len(resampled), 1 - 0.5 / len(resampled))
        return ndtr(z + 2 * ndtri(inside))
    raise DecayError(f"bootstrap method {bootstrap.method!r} is none of {', '.join(METHODS)}")


def interval(
    estimate: float, resampled: np.ndarray, bootstrap: Bootstrap, units: int, strata: int
) -> Interval:
    """The interval of one number from its resamples float64 [B].

    resampled: NaN where a resample leaves the number undetermined; such resamples are left out.
    units, strata: see `levels`. Raises DecayError for a method that is not known.
    """
    if not np.isfinite(estimate):
        return Interval(None)
    resampled = resampled[np.isfinite(resampled)]
    if len(resampled) < 2:
        return Interval(float(estimate))
    low, high = np.quantile(resampled, levels(bootstrap, estimate, resampled, units, strata))
    return Interval(float(estimate), float(low), float(high))
