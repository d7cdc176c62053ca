"""What p and γ of a power law say together: their joint region, and where the law meets its floor."""

from typing import Any

import numpy as np

from token_influence.decay.fits import FamilyFit, RangedSample
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import POWER_LAW
from token_influence.fitting.least_squares import parameter_values

DIRECTIONS = 40
"""The polygon has at most so many corners: the outermost resample in each of these directions."""
PROJECTIONS = 180
"""Directions over half a turn in which the depth of a resample is taken."""
ON_A_LINE = 1e-9
"""Resamples whose correlation is nearer to ±1 than this have no region."""


def together(ranged: RangedSample, fit: FamilyFit, bootstrap: Bootstrap) -> dict[str, Any]:
    """`floor_distance` and, for all seeds pooled, `joint`; nothing for a family but the power law.

    floor_distance: estimate, low and high of the distance r at which β (r+1)^(−p) = γ, in tokens; 0
    where the floor is higher at every distance, "inf" where there is none (γ = 0), and None where
    it is not determined. joint: the estimates of p and γ as `centre`, and `joint_region`; None
    where one of them is not determined.
    """
    if fit.family.name != POWER_LAW:
        return {}
    found: dict[str, Any] = {"floor_distance": floor_distance(ranged, fit, bootstrap)}
    if ranged.sample.pooled:
        centre, points = (
            np.stack([parameter_values(fit.family, fits, name) for name in ("p", "gamma")], axis=1)
            for fits in (fit.best, fit.spread)
        )
        region = joint_region(points, bootstrap.interval) if np.isfinite(centre).all() else None
        found["joint"] = region and {"centre": centre[0].tolist(), **region}
    return found


def floor_distance(ranged: RangedSample, fit: FamilyFit, bootstrap: Bootstrap) -> dict[str, Any]:
    """Where the power-law term falls to the floor γ, with its interval: see `together`."""
    # 1/(r+1) is finite also where there is no floor, so that its quantiles always exist.
    best, spread = (
        np.minimum(fits.gamma / np.where(fits.beta > 0, fits.beta, np.nan), 1.0)
        ** (1 / fits.theta[:, 0])
        for fits in (fit.best, fit.spread)
    )
    inverse = ranged.interval(best[0], spread, bootstrap)
    ends = {"estimate": inverse.estimate, "low": inverse.high, "high": inverse.low}
    return {key: None if end is None else _distance(end) for key, end in ends.items()}


def _distance(inverse: float) -> float | str:
    """The distance r for 1/(r+1), with "inf" for infinity, which JSON cannot hold as a number."""
    return 1 / inverse - 1 if inverse > 0 else "inf"


def joint_region(points: np.ndarray, level: float) -> dict[str, Any] | None:
    """Where p and γ lie together: their covariance over the resamples, and a region of `level`.

    points: float64 [B, 2], p and γ of each resample; rows with NaN are left out. The region is the
    convex hull of the share `level` of the resamples that lie deepest (Yeh and Singh, JRSS B 59,
    1997), where the depth is Tukey's, over fixed directions. Keys: `level`; `covariance` [2, 2];
    `correlation`; `polygon`, at most 40 corners [p, γ] counterclockwise, closed by the first one.
    None where p and γ do not vary in two directions.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) < 3 or (np.ptp(points, axis=0) == 0).any():
        return None
    covariance = np.cov(points.T)
    deviation = np.sqrt(np.diag(covariance))
    correlation = float(covariance[0, 1] / deviation.prod())
    if abs(correlation) > 1 - ON_A_LINE:
        return None
    # Neither the depth nor the hull depends on the axes; on these, directions are evenly spaced.
    first, second = ((points - points.mean(axis=0)) / deviation).T
    upright = np.stack([first, (second - correlation * first) / np.sqrt(1 - correlation**2)], 1)
    deepest = np.argsort(-_depth(upright), kind="stable")[: int(np.ceil(level * len(points)))]
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    outermost = (upright[deepest] @ _unit(angles)).argmax(axis=0)
    corners = points[deepest[list(dict.fromkeys(outermost.tolist()))]]
    return {
        "level": level,
        "covariance": covariance.tolist(),
        "correlation": correlation,
        "polygon": corners.tolist(),
    }


def _depth(points: np.ndarray) -> np.ndarray:
    """Tukey's depth [B] of `points` [B, 2]: the fewest points on one side of a line through each."""
    depth = np.full(len(points), len(points))
    for direction in _unit(np.pi * np.arange(PROJECTIONS) / PROJECTIONS).T:
        along = points @ direction
        ordered = np.sort(along)
        below = np.searchsorted(ordered, along, side="right")
        above = len(points) - np.searchsorted(ordered, along, side="left")
        depth = np.minimum(depth, np.minimum(below, above))
    return depth


def _unit(angles: np.ndarray) -> np.ndarray:
    """Unit vectors [2, n] in the directions `angles` [n], in radians."""
    return np.stack([np.cos(angles), np.sin(angles)])
