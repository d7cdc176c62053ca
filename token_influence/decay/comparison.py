"""How well families describe a profile, and how they compare with one another.

Goodness of fit and information criteria look at the data of the fit; the criteria trust residuals to
be independent, which those along a median curve are not. Windows left out of the fit need no such
trust: they are those of a fold (cross-validation), or those that a resample did not draw.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from token_influence.decay.fits import FamilyFit, RangedSample, RangeFits
from token_influence.decay.resampling import weighted_medians
from token_influence.fitting.families import FAMILIES, POWER_LAW, Family
from token_influence.fitting.least_squares import estimate, predict, residuals_on
from token_influence.fitting.problem import Fits

CROSS_VALIDATED = ("cv_error", "cv_error_se", "cv_excess", "cv_excess_se", "cv_verdict")
BEHIND = ("behind_power_law", "behind_power_law_se")
LEFT_OUT = ("win_share", *CROSS_VALIDATED, *BEHIND)
"""What `compare_on_left_out` says of a family, as keys of its record."""


def goodness(
    family: Family,
    best: Fits,
    r: np.ndarray,
    profile: np.ndarray,
    weights: np.ndarray | None,
    scale: str,
) -> dict[str, Any]:
    """R² on both scales; RSS, AIC, AICc, BIC and lag-one autocorrelation on the scale fitted.

    best: the fit [1] to `profile` [n] at distances `r` [n] with `weights` [n] (None for equal ones).
    The criteria assume independent Gaussian residuals of one variance, which counts as a parameter
    in k: AIC is n ln(RSS/n) + 2k (Burnham and Anderson, 2002). Residuals along a median curve are not
    independent; their autocorrelation shows how far they are from it. Undefined numbers are None.
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
    unexplained = float(np.sum(w * residuals**2))
    return 1 - unexplained / around if around > 0 and np.isfinite(unexplained) else None


def _autocorrelation(residuals: np.ndarray) -> float | None:
    centred = residuals - residuals.mean()
    square = float(np.sum(centred**2))
    return float(np.sum(centred[1:] * centred[:-1])) / square if square > 0 else None


def akaike_weights(aicc: Sequence[float | None]) -> list[float | None]:
    """Akaike weights of the fits that have an AICc, which sum to 1; None for the others."""
    known = [value for value in aicc if value is not None]
    if not known:
        return [None] * len(aicc)
    likelihoods = [
        None if value is None else float(np.exp((min(known) - value) / 2)) for value in aicc
    ]
    total = sum(value for value in likelihoods if value is not None)
    return [None if value is None else value / total for value in likelihoods]


def errors_of(
    curves: np.ndarray, medians: np.ndarray, weights: np.ndarray | None, scale: str
) -> np.ndarray:
    """Weighted mean square error [B] of `curves` [B, n] as predictions of `medians` [B, n].

    It is taken on the scale fitted; infinite where a curve has no logarithm there.
    """
    squares = residuals_on(scale, medians, curves) ** 2
    mean = np.average(squares, axis=1, weights=weights)
    return np.where(np.isfinite(mean), mean, np.inf)


def cross_validated(ranged: RangedSample, families: Sequence[str]) -> np.ndarray:
    """Errors [families, folds] of fits to all folds but one, on the median of that one."""
    sample = ranged.sample
    held = (sample.folds == np.arange(sample.folds.max() + 1)[:, None]).astype(int)
    fitted = weighted_medians(ranged.values, sample.clusters, 1 - held)
    unseen = weighted_medians(ranged.values, sample.clusters, held)
    errors = []
    for name in families:
        fits = estimate(
            FAMILIES[name], ranged.r, fitted, ranged.weights, ranged.scale, thorough=False
        )
        curves = predict(FAMILIES[name], fits, ranged.r)
        errors.append(errors_of(curves, unseen, ranged.weights, ranged.scale))
    return np.stack(errors)


def compare(errors: np.ndarray) -> list[dict[str, Any]]:
    """For each family, from errors [families, folds]: its mean error, and how far it is from the best.

    cv_error, cv_error_se: mean over the folds and its standard error. cv_excess, cv_excess_se: mean
    and standard error of the difference, fold by fold, to the family with the smallest mean error.
    cv_verdict: "best", "tie" (the excess is at most one standard error) or "worse".
    """
    mean = errors.mean(axis=1)
    best = int(mean.argmin())
    excess = errors - errors[best]
    root = np.sqrt(errors.shape[1])
    records = []
    for at in range(len(errors)):
        beyond, beyond_se = float(excess[at].mean()), float(excess[at].std(ddof=1) / root)
        verdict = "best" if at == best else "tie" if beyond <= beyond_se else "worse"
        records.append(
            {
                "cv_error": float(mean[at]),
                "cv_error_se": float(errors[at].std(ddof=1) / root),
                "cv_excess": beyond,
                "cv_excess_se": beyond_se,
                "cv_verdict": verdict,
            }
        )
    return records


def left_out_medians(ranged: RangedSample) -> np.ndarray:
    """Medians [B, n] of the predictions that each resample left out; NaN where it left out none."""
    sample = ranged.sample
    return weighted_medians(ranged.values, sample.clusters, (sample.counts == 0).astype(int))


def left_out_errors(
    ranged: RangedSample, fits: Sequence[FamilyFit], left_out: np.ndarray
) -> np.ndarray:
    """Errors [fits, resamples] of the resamples' fits on the left-out medians [B, n].

    Resamples that left nothing out are not counted: there may be 0 columns.
    """
    usable = np.isfinite(left_out).all(axis=1)
    if not usable.any():
        return np.empty((len(fits), 0))
    errors = []
    for fit in fits:
        curves = predict(fit.family, fit.spread, ranged.r)[usable]
        errors.append(errors_of(curves, left_out[usable], ranged.weights, ranged.scale))
    return np.stack(errors)


def win_shares(errors: np.ndarray) -> list[float | None]:
    """For each family, the share of resamples in which its error is the smallest.

    errors: [families, resamples], see `left_out_errors`. None where no resample left anything out.
    """
    families, resamples = errors.shape
    if not resamples:
        return [None] * families
    wins = np.bincount(np.argmin(errors, axis=0), minlength=families)
    return [float(won / resamples) for won in wins]


def behind_power_law(families: Sequence[str], errors: np.ndarray) -> list[dict[str, Any]]:
    """For each family, mean and standard error over the folds of its error minus the power law's.

    errors: [families, folds] of `cross_validated`. None for the power law itself, and for every family
    where it was not fitted. A family within one standard error is as good as the power law: `compare`
    says this only of the best family.
    """
    if POWER_LAW not in families:
        return [dict.fromkeys(BEHIND) for _ in families]
    behind = errors - errors[families.index(POWER_LAW)]
    spread = behind.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    return [
        dict.fromkeys(BEHIND)
        if name == POWER_LAW
        else dict(zip(BEHIND, (float(mean), float(error)), strict=True))
        for name, mean, error in zip(families, behind.mean(axis=1), spread, strict=True)
    ]


def compare_on_left_out(fits: RangeFits, families: Sequence[str]) -> list[dict[str, Any]]:
    """For each of `families`, by the windows left out of fits: numbers under the keys LEFT_OUT."""
    ranged = fits.ranged
    folds = cross_validated(ranged, families)
    unseen = left_out_medians(ranged)
    errors = left_out_errors(ranged, [fits.fits[name] for name in families], unseen)
    each = zip(win_shares(errors), compare(folds), behind_power_law(families, folds), strict=True)
    return [{"win_share": share} | validated | behind for share, validated, behind in each]
