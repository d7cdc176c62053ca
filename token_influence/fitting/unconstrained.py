"""The two published families by unconstrained least squares, as the publication fitted them."""

from typing import Any

import numpy as np
from scipy.optimize import least_squares

from token_influence.fitting.families import FAMILIES

EXPONENTS = (0.7, 0.9)
"""Exponents published for trained base models (arXiv 2606.29139), on the range below."""
RANGE = "1..100"

PUBLISHED = {"power_law": "p", "exponential": "xi"}


def as_published(name: str, r: np.ndarray, profile: np.ndarray) -> dict[str, Any] | None:
    """Unconstrained, unweighted least squares of `profile` [n] on distances `r` [n].

    The best of a few customary starts of the Levenberg–Marquardt method. Where the profile does not
    fall, the numbers can be degenerate: that is what this fit gives, and why it is kept beside
    ours. None for other families, and where no start converges.
    """
    if name not in PUBLISHED:
        return None
    curve = FAMILIES[name].curve

    def residuals(values: np.ndarray) -> np.ndarray:
        gamma, beta, shape = values
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            misfit = gamma + beta * curve(r, shape) - profile
        return np.where(np.isfinite(misfit), misfit, 1e150)

    starts = (0.3, 1.0, 3.0) if name == "power_law" else (r[-1] / 20, r[-1] / 5, r[-1])
    low, high = float(profile.min()), float(profile.max())
    found = [
        least_squares(residuals, (low, high - low, start), method="lm", max_nfev=2000)
        for start in starts
    ]
    best = min(found, key=lambda result: float(result.cost))
    if not best.success or not np.isfinite(best.x).all():
        return None
    gamma, beta, shape = map(float, best.x)
    rss = 2 * float(best.cost)
    around = float(np.sum((profile - profile.mean()) ** 2))
    return {
        PUBLISHED[name]: shape,
        "gamma": gamma,
        "beta": beta,
        "rss": rss,
        "r_squared": 1 - rss / around if around > 0 else None,
    }
