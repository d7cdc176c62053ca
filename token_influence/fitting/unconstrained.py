"""Unconstrained, unweighted least squares of a power law and an exponential, beside our fits."""

from typing import Any

import numpy as np
from scipy.optimize import least_squares

from token_influence.fitting.families import FAMILIES

SHAPES = {"power_law": "p", "exponential": "xi"}
"""The families that the publication compares (arXiv 2606.29139), each with its shape parameter."""


def unconstrained_fit(name: str, r: np.ndarray, profile: np.ndarray) -> dict[str, Any] | None:
    """The fit of the family `name` to `profile` float64 [n] at distances `r` float64 [n].

    It is the best of three usual starts of the Levenberg–Marquardt method, with the keys `p` or
    `xi`, `gamma`, `beta`, `rss` and `r_squared` (None for a constant profile). Where the profile
    does not fall, the numbers can be degenerate, since nothing bounds them. None for all other
    families, and where the best start does not converge. How the publication fitted is not known.
    """
    if name not in SHAPES:
        return None
    curve = FAMILIES[name].curve

    def residuals(values: np.ndarray) -> np.ndarray:
        gamma, beta, shape = values
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            misfit = gamma + beta * curve(r, shape) - profile
        return np.where(np.isfinite(misfit), misfit, 1e150)

    starts = (0.3, 1.0, 3.0) if name == "power_law" else (r[-1] / 20, r[-1] / 5, r[-1])
    low, high = float(profile.min()), float(profile.max())
    results = [
        least_squares(residuals, (low, high - low, start), method="lm", max_nfev=2000)
        for start in starts
    ]
    best = min(results, key=lambda result: float(result.cost))
    if not best.success or not np.isfinite(best.x).all():
        return None
    gamma, beta, shape = map(float, best.x)
    rss = 2 * float(best.cost)
    around = float(np.sum((profile - profile.mean()) ** 2))
    return {
        SHAPES[name]: shape,
        "gamma": gamma,
        "beta": beta,
        "rss": rss,
        "r_squared": 1 - rss / around if around > 0 else None,
    }
