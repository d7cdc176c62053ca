"""Two sizes of effect that need no exponent: how far a profile falls, and which family it is nearer to.

Both are numbers of a median profile, so that resampled profiles give their intervals. Verdicts with
stated error rates rest on these, so the intervals are the same whatever a study chooses for its
parameters: 95 %, with Student's width, since percentiles alone are too narrow for few windows.
"""

from dataclasses import replace

import numpy as np

from token_influence.decay.fits import RangedSample, RangeFits
from token_influence.decay.intervals import Interval
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import EXPONENTIAL, POWER_LAW
from token_influence.fitting.least_squares import predict, residuals_on

RIVAL = EXPONENTIAL
"""The family that the power law is said to beat. Both have three parameters, so that noise favours
neither."""
LEVEL, METHOD = 0.95, "expanded"
"""The intervals of both effects, see `intervals.levels`."""


def near_to_far(profiles: np.ndarray) -> np.ndarray:
    """How many times as high profiles [B, n] are at near distances as at far ones: float64 [B].

    The mean over the nearest twentieth of the distances (at least one), divided by the mean over the
    farther half. It is 1 where a profile is flat, and smaller where it rises.

    >>> near_to_far(np.array([[4.0, 2.0, 1.0, 1.0]])).tolist()
    [4.0]
    """
    n = profiles.shape[1]
    near = profiles[:, : max(1, n // 20)].mean(axis=1)
    return near / profiles[:, n - n // 2 :].mean(axis=1)


def nearness(
    profiles: np.ndarray,
    power_law: np.ndarray,
    rival: np.ndarray,
    weights: np.ndarray | None,
    scale: str,
) -> np.ndarray:
    """Where profiles [B, n] lie between the best curves of two families: float64 [B].

    power_law, rival: the curves [B, n] fitted to the profiles; weights, scale: those of the fits. On
    the line from the rival's curve (0) to that of the power law (1), it is the place that is next to
    the profile in least squares. At 2/3 the profile is twice as far from the rival as from the power
    law, measured along this line. NaN where both curves are the same.

    With D² the squared distance between the curves it is 1/2 + (RSS_rival − RSS_power_law) / (2 D²).
    Unlike a ratio of residual sums, it does not depend on what neither family describes.
    """
    w = np.ones(profiles.shape[1]) if weights is None else weights
    to_power_law, to_rival = (residuals_on(scale, profiles, c) for c in (power_law, rival))
    apart = ((to_power_law - to_rival) ** 2) @ w
    difference = (to_rival**2 - to_power_law**2) @ w
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(apart > 0, 0.5 + difference / (2 * apart), np.nan)


def near_to_far_on(ranged: RangedSample, bootstrap: Bootstrap) -> Interval:
    """`near_to_far` of the median profile on a range, with its interval."""
    value = float(near_to_far(ranged.median[None])[0])
    return _interval(ranged, value, near_to_far(ranged.resampled), bootstrap)


def nearness_of(fits: RangeFits, bootstrap: Bootstrap) -> Interval | None:
    """`nearness` of the median profile to the power law, away from `RIVAL`, with its interval.

    None where one of the two was not fitted. There is no interval if more resamples than one side of
    it leaves out have no such number.
    """
    if not {POWER_LAW, RIVAL} <= set(fits.fits):
        return None
    ranged = fits.ranged

    def on(profiles: np.ndarray, kind: str) -> np.ndarray:
        curves = {
            name: predict(fits.fits[name].family, getattr(fits.fits[name], kind), ranged.r)
            for name in (POWER_LAW, RIVAL)
        }
        return nearness(profiles, curves[POWER_LAW], curves[RIVAL], ranged.weights, ranged.scale)

    value = float(on(ranged.median[None], "best")[0])
    values = on(ranged.resampled, "spread")
    if np.isnan(values).mean() > (1 - LEVEL) / 2:
        return Interval(value if np.isfinite(value) else None)
    return _interval(ranged, value, values, bootstrap)


def _interval(
    ranged: RangedSample, value: float, values: np.ndarray, bootstrap: Bootstrap
) -> Interval:
    return ranged.interval(value, values, replace(bootstrap, interval=LEVEL, method=METHOD))
