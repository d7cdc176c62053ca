"""How well one family describes a profile: fit statistics and information criteria."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from token_influence.fitting.families import Family
from token_influence.fitting.least_squares import predict, residuals_on
from token_influence.fitting.linear_scale import Fits


def goodness(
    family: Family,
    best: Fits,
    r: np.ndarray,
    profile: np.ndarray,
    weights: np.ndarray | None,
    scale: str,
) -> dict[str, Any]:
    """R² on both scales; RSS, AIC, AICc, BIC and lag-one autocorrelation on the scale fitted.

    The criteria assume independent Gaussian residuals of one variance, which k counts as a
    parameter: n ln(RSS/n) + 2k and so on (Burnham and Anderson, 2002). Residuals along a median
    curve are not independent; their autocorrelation shows by how much. Undefined numbers are None.
    """
    w = np.ones(len(r)) if weights is None else weights
    curve = predict(family, best, r)[0]
    linear, log = (residuals_on(kind, profile, curve) for kind in ("linear", "log"))
    residuals = linear if scale == "linear" else log
    rss = float(np.sum(w * residuals**2))
    n, k = len(r), len(family.parameters) + 1
    # An exact fit leaves only rounding; the floor keeps its logarithm finite.
    deviance = n * float(np.log(max(rss / n, np.finfo(float).tiny)))
    return {
        "n": n,
        "r_squared": _r_squared(profile, linear, w),
        "r_squared_log": _r_squared(np.log(profile), log, w),
        "rss": rss,
        "aic": deviance + 2 * k,
        "aicc": deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else None,
        "bic": deviance + k * float(np.log(n)),
        "residual_autocorrelation": _autocorrelation(residuals),
    }


def _r_squared(values: np.ndarray, residuals: np.ndarray, w: np.ndarray) -> float | None:
    around = float(np.sum(w * (values - np.average(values, weights=w)) ** 2))
    left = float(np.sum(w * residuals**2))
    return 1 - left / around if around > 0 and np.isfinite(left) else None


def _autocorrelation(residuals: np.ndarray) -> float | None:
    left = residuals - residuals.mean()
    square = float(np.sum(left**2))
    return float(np.sum(left[1:] * left[:-1])) / square if square > 0 else None


def akaike_weights(aicc: Sequence[float | None]) -> list[float | None]:
    """Akaike weights of the fits that have an AICc (they sum to 1), None for the others."""
    known = [value for value in aicc if value is not None]
    if not known:
        return [None] * len(aicc)
    raw = [None if value is None else float(np.exp((min(known) - value) / 2)) for value in aicc]
    total = sum(value for value in raw if value is not None)
    return [None if value is None else value / total for value in raw]
