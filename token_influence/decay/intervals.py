"""Intervals from resampled values of one number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from token_influence.errors import DecayError

METHODS = ("percentile", "expanded", "bias_corrected")


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made: `resamples` draws of whole clusters, the central `interval` of them.

    method: "percentile" (Efron, 1979); "expanded", the percentile interval at the levels that give
    it Student's width for few clusters (Hesterberg, The American Statistician 69, 2015); or
    "bias_corrected" (Efron, 1981). cluster: "window" or "document".
    """

    resamples: int = 1000
    interval: float = 0.95
    method: str = "percentile"
    cluster: str = "window"
    seed: int = 0


def levels(
    bootstrap: Bootstrap, estimate: float, resampled: np.ndarray, units: int, strata: int
) -> np.ndarray:
    """The two levels at which the quantiles of `resampled` are the interval's limits.

    units, strata: how many clusters (or seeds) were drawn, within how many groups.
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
) -> dict[str, Any]:
    """{"estimate", "low", "high"} of one number; None stands for what is undetermined.

    resampled: float [B], NaN where a resample leaves the number undetermined (left out).
    """
    if not np.isfinite(estimate):
        return {"estimate": None, "low": None, "high": None}
    resampled = resampled[np.isfinite(resampled)]
    if len(resampled) < 2:
        return {"estimate": float(estimate), "low": None, "high": None}
    low, high = np.quantile(resampled, levels(bootstrap, estimate, resampled, units, strata))
    return {"estimate": float(estimate), "low": float(low), "high": float(high)}
