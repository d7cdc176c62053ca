"""Families judged by windows that they were not fitted to.

Information criteria trust residuals to be independent. These two don't: the error of a fit on the
median of windows left out, by cross-validation, and the share of resamples in which a family
predicts the windows left out of the resample best.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from token_influence.decay.medians import weighted_medians
from token_influence.decay.ranges import Ranged
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict, residuals_on


def errors_of(
    curves: np.ndarray, medians: np.ndarray, weights: np.ndarray | None, scale: str
) -> np.ndarray:
    """Weighted mean square error [B] of `curves` [B, n] as predictions of `medians` [B, n].

    On the scale fitted; infinite where a curve has no logarithm.
    """
    squares = residuals_on(scale, medians, curves) ** 2
    mean = np.average(squares, axis=1, weights=weights)
    return np.where(np.isfinite(mean), mean, np.inf)


def cross_validated(part: Ranged, families: Sequence[str]) -> np.ndarray:
    """Errors [families, folds] of fits to all folds but one, on the median of that one."""
    sample = part.sample
    held = (sample.folds == np.arange(sample.folds.max() + 1)[:, None]).astype(int)
    fitted = weighted_medians(part.values, sample.clusters, 1 - held)
    unseen = weighted_medians(part.values, sample.clusters, held)
    errors = []
    for name in families:
        fits = estimate(FAMILIES[name], part.r, fitted, part.weights, part.scale, thorough=False)
        curves = predict(FAMILIES[name], fits, part.r)
        errors.append(errors_of(curves, unseen, part.weights, part.scale))
    return np.stack(errors)


def compare(errors: np.ndarray) -> list[dict[str, Any]]:
    """Per family, from errors [families, folds]: its mean error and how that stands to the least.

    cv_error, cv_error_se: mean over the folds and its standard error. cv_excess, cv_excess_se: the
    same of the fold by fold difference to the family of least mean error. cv_verdict: "best", "tie"
    (the excess is within its one standard error) or "worse".
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


def left_out_medians(part: Ranged) -> np.ndarray:
    """Medians [B, n] of the predictions that each resample left out; NaN without any."""
    sample = part.sample
    return weighted_medians(part.values, sample.clusters, (sample.counts == 0).astype(int))


def left_out_errors(part: Ranged, families: Sequence[str], left_out: np.ndarray) -> np.ndarray:
    """Errors [families, resamples] of the resamples' fits on the left-out medians [B, n].

    Resamples that left nothing out are passed over.
    """
    usable = np.isfinite(left_out).all(axis=1)
    if not usable.any():
        return np.empty((len(families), 0))
    errors = []
    for name in families:
        curves = predict(FAMILIES[name], part.fit(name).spread, part.r)[usable]
        errors.append(errors_of(curves, left_out[usable], part.weights, part.scale))
    return np.stack(errors)


def win_shares(
    part: Ranged, families: Sequence[str], left_out: np.ndarray
) -> dict[str, float | None]:
    """The share of resamples whose fit of each family predicts the left-out medians [B, n] best.

    None if no resample left anything out.
    """
    errors = left_out_errors(part, families, left_out)
    if not errors.shape[1]:
        return dict.fromkeys(families)
    wins = np.bincount(np.argmin(errors, axis=0), minlength=len(errors))
    return {name: float(won / errors.shape[1]) for name, won in zip(families, wins, strict=True)}
