"""One estimator for both scales, with its weights, its curves and their residuals."""

from typing import Literal

import numpy as np

from token_influence.errors import DecayError
from token_influence.fitting.families import Family
from token_influence.fitting.linear_scale import fit
from token_influence.fitting.log_scale import fit_log
from token_influence.fitting.problem import Fits

Scale = Literal["linear", "log"]


def estimate(
    family: Family,
    r: np.ndarray,
    profiles: np.ndarray,
    weights: np.ndarray | None,
    scale: str,
    thorough: bool = True,
) -> Fits:
    """Fits of `family` to `profiles` [B, n] or [n] at distances `r` [n], by least squares on `scale`.

    weights: [n] > 0, or None for equal ones; scale: "linear" or "log"; thorough: whether several
    minima are refined (see `linear_scale.fit` and `log_scale.fit_log`).
    Raises DecayError for distances that do not increase, values that are not positive and finite,
    or no more distances than parameters.
    """
    profiles = np.atleast_2d(profiles)
    if (np.diff(r) <= 0).any():
        raise DecayError("distances must increase, each once")
    if not (np.isfinite(profiles) & (profiles > 0)).all():
        raise DecayError("profiles must be positive and finite at every distance of the range")
    if len(r) <= len(family.parameters):
        raise DecayError(
            f"range {r[0]:g}..{r[-1]:g} has {len(r)} distances, too few for the "
            f"{len(family.parameters)} parameters of {family.name}"
        )
    linear = fit(family, r, profiles, weights, thorough)
    return linear if scale == "linear" else fit_log(family, r, profiles, weights, linear, thorough)


def inverse_variance(resampled: np.ndarray, r: np.ndarray, scale: str) -> np.ndarray:
    """Weights [n] of mean 1: the inverse variance of resampled medians [B, n] on the scale fitted.

    r: distances [n]. Raises DecayError where a median does not vary.
    """
    variance = np.var(resampled if scale == "linear" else np.log(resampled), axis=0)
    if (variance <= 0).any():
        raise DecayError(
            f"the median at distance {int(r[(variance <= 0).argmax()])} does not vary, so that its "
            "inverse-variance weight is infinite; leave it out of the range"
        )
    return 1 / variance / np.mean(1 / variance)


def predict(family: Family, fits: Fits, r: np.ndarray) -> np.ndarray:
    """The fitted curves [B, n] at distances `r` [n]."""
    theta = np.where(np.isfinite(fits.theta), fits.theta, 1.0)  # where β = 0, θ does not matter
    phi = family.curve(r, *theta.T[:, :, None])
    return fits.gamma[:, None] + fits.beta[:, None] * phi


def residuals_on(scale: str, profiles: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Residuals of `curves` on the scale fitted, in the shape of `profiles`.

    NaN where a curve has no logarithm.
    """
    if scale == "linear":
        return profiles - curves
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(profiles) - np.log(curves)
    return np.where(np.isfinite(logs), logs, np.nan)


def parameter_values(family: Family, fits: Fits, name: str) -> np.ndarray:
    """The values [B] of the parameter `name`; NaN where it is undetermined."""
    if name == "gamma":
        return fits.gamma
    if name == "beta":
        return fits.beta
    return fits.theta[:, [shape.name for shape in family.shapes].index(name)]
