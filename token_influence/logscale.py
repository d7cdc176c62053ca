"""Least squares on the log scale, Σ w (ln y − ln f)², bounded, for many profiles at once.

With ρ = γ/β, ln f = ln β + ln(ρ + φ(r; θ)): ln β is a mean, and only ρ and θ are searched, by
damped Gauss–Newton steps within their bounds from the linear-scale fit (Marquardt, 1963).
"""

from collections.abc import Callable

import numpy as np

from token_influence.families import Family
from token_influence.separable import Fits

ITERATIONS = 200
RATIO_MAX = 1e6  # γ/β at and above which a fit counts as a constant (β = 0)
TINY = 1e-300
Evaluate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def fit_log(
    family: Family,
    distance: np.ndarray,
    profiles: np.ndarray,
    weights: np.ndarray | None,
    start: Fits,
) -> Fits:
    """Fit `family` to `profiles` [B, n] > 0 on `distance` [n]; rss is that of the logarithms."""
    logs = np.log(profiles)
    w = np.ones(len(distance)) if weights is None else weights
    mean = logs @ w / w.sum()
    if not family.decays:
        rss = ((logs - mean[:, None]) ** 2) @ w
        return Fits(np.exp(mean), np.zeros_like(mean), start.theta, rss)

    problem = _LogProblem(family, distance, logs, w)
    best = damped_least_squares(problem.evaluate, problem.begin(start), *problem.bounds.T)
    rows = np.arange(len(logs))
    residuals, _ = problem.evaluate(best, rows)
    rss = (residuals**2).sum(axis=1)
    curve, ratio, theta = problem.curve(best)
    beta = np.exp(mean - np.log(curve) @ w / w.sum())
    flat = ratio >= RATIO_MAX * (1 - 1e-6)
    return Fits(
        np.where(flat, np.exp(mean), ratio * beta),
        np.where(flat, 0.0, beta),
        np.where(flat[:, None], np.nan, theta),
        rss,
    )


class _LogProblem:
    """Parameters are (ρ, θ) for a family with offset, θ without; ln β is eliminated."""

    def __init__(self, family: Family, r: np.ndarray, logs: np.ndarray, w: np.ndarray):
        self.family, self.r, self.logs, self.w = family, r, logs, w
        self.bounds = np.array([shape.bounds(r[-1]) for shape in family.shapes]).reshape(-1, 2)
        if family.offset:
            # ρ + φ must stay positive, also for the logarithmic family, whose φ is negative.
            lowest = 0.0 if family.shapes else -float(family.curve(r).min()) * (1 + 1e-9)
            self.bounds = np.vstack([[lowest, RATIO_MAX], self.bounds])

    def begin(self, start: Fits) -> np.ndarray:
        """Parameters [B, K] of the linear-scale fit; a middling decay where that is a constant."""
        ratio = np.where(start.beta > 0, start.gamma / np.maximum(start.beta, TINY), 1.0)
        shapes = len(self.family.shapes)
        middle = np.sqrt(self.bounds[len(self.bounds) - shapes :].prod(axis=1))
        theta = np.where(np.isfinite(start.theta), start.theta, middle)
        columns = np.column_stack([ratio, theta]) if self.family.offset else theta
        lower, upper = self.bounds.T
        return np.clip(columns, lower * 1.01, upper / 1.01)

    def curve(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """ρ + φ [M, n], ρ [M] and θ [M, shapes]."""
        ratio = parameters[:, 0] if self.family.offset else np.zeros(len(parameters))
        theta = parameters[:, 1:] if self.family.offset else parameters
        phi = self.family.curve(self.r, *theta.T[:, :, None])
        return np.maximum(ratio[:, None] + phi, TINY), ratio, theta

    def evaluate(self, parameters: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weighted residuals [M, n] and their Jacobian [M, K, n]."""
        total, ratio, theta = self.curve(parameters)
        phi = total - ratio[:, None]
        slopes = list(self.family.slopes(self.r, phi, *theta.T[:, :, None]))
        if self.family.offset:
            slopes.insert(0, np.ones_like(total))
        jacobian = np.stack([slope / total for slope in slopes], axis=1)
        residuals = self.logs[rows] - np.log(total)
        share = self.w / self.w.sum()
        residuals = residuals - (residuals @ share)[:, None]
        jacobian = jacobian - (jacobian @ share)[:, :, None]
        return residuals * np.sqrt(self.w), -jacobian * np.sqrt(self.w)


def damped_least_squares(
    evaluate: Evaluate, start: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """Parameters [M, K] that minimise the sums of squares of `evaluate` within [lower, upper].

    evaluate(parameters [M, K], rows [M]) gives residuals [M, n] and their Jacobian [M, K, n].
    """
    best = np.clip(start, lower, upper)
    active = np.arange(len(best))
    residuals, jacobian = evaluate(best, active)
    least = (residuals**2).sum(axis=1)
    gradient, hessian = _normal(residuals, jacobian)
    damping = np.full(len(best), 1e-2)
    for _ in range(ITERATIONS):
        here, slope, curve = best[active], gradient[active], hessian[active].copy()
        held = ((here <= lower) & (slope > 0)) | ((here >= upper) & (slope < 0))
        diagonal = np.einsum("mkk->mk", curve)
        diagonal += damping[active, None] * diagonal + TINY
        curve[held[:, :, None] | held[:, None, :]] = 0.0
        diagonal[held] = 1.0
        slope = np.where(held, 0.0, slope)
        # Scaling by the diagonal keeps parameters of very different sizes solvable.
        scale = 1 / np.sqrt(np.einsum("mkk->mk", curve))
        scaled = curve * scale[:, :, None] * scale[:, None, :]
        scaled += 1e-12 * np.eye(scaled.shape[1])
        step = -scale * np.linalg.solve(scaled, (scale * slope)[:, :, None])[:, :, 0]
        trial = np.clip(here + step, lower, upper)
        residuals, jacobian = evaluate(trial, active)
        rss = (residuals**2).sum(axis=1)
        drop = least[active] - rss
        better = drop > 0
        moved = active[better]
        still = better & (drop <= 1e-12 * least[active]) & (damping[active] < 1)
        best[moved], least[moved] = trial[better], rss[better]
        gradient[moved], hessian[moved] = _normal(residuals[better], jacobian[better])
        damping[active] *= np.where(better, 0.3, 5.0)
        active = active[~still & (damping[active] < 1e12)]
        if len(active) == 0:
            break
    return best


def _normal(residuals: np.ndarray, jacobian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half gradient [M, K] and Gauss–Newton half Hessian [M, K, K]."""
    gradient = np.einsum("mkn,mn->mk", jacobian, residuals)
    return gradient, np.einsum("mkn,mln->mkl", jacobian, jacobian)
