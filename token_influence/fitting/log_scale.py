"""Least squares on the log scale, Σ w (ln y − ln f)², bounded, for many profiles at once.

With ρ = γ/β, ln f = ln β + ln(ρ + φ(r; θ)). The best ln β is a mean, so that only ρ and θ are
searched: first on a grid, by matrix products; then by damped Gauss–Newton steps within the bounds
(Marquardt, 1963), from the lowest minima of the grid and from the linear-scale fit.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import minimum_filter

from token_influence.fitting.families import Family
from token_influence.fitting.problem import Fits

ITERATIONS = 200
RATIO_MAX = 1e6  # γ/β at which a fit counts as a constant (β = 0)
TINY = 1e-300
ROUNDING = 1e-12  # relative, by which residual sums may be off
# ρ on the grid, in units of the largest φ: from no offset to a curve that is nearly constant.
OFFSETS = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, 21)])
STARTS = 12  # minima of the grid that a thorough search starts from
CHUNK_CELLS = 1_500_000  # residual sums (profiles × grid points) held at once
Evaluate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def fit_log(
    family: Family,
    distance: np.ndarray,
    profiles: np.ndarray,
    weights: np.ndarray | None,
    start: Fits,
    thorough: bool,
) -> Fits:
    """Fit `family` to `profiles` [B, n] > 0 on `distance` [n]; `rss` is that of the logarithms.

    weights: [n] > 0, or None for equal ones; start: the linear-scale fits, where the search starts
    as well. thorough: with two shapes, search from several minima of the grid; otherwise from the
    lowest alone, which is enough for resamples.
    """
    logs = np.log(profiles)
    w = np.ones(len(distance)) if weights is None else weights
    mean = logs @ w / w.sum()
    constant = ((logs - mean[:, None]) ** 2) @ w
    if not family.decays:
        return Fits(np.exp(mean), np.zeros_like(mean), start.theta, constant)

    problem = _LogProblem(family, distance, logs, w)
    quick = len(family.shapes) > 1 and not thorough
    rows, begin = problem.starts(start, 1 if quick else STARTS)
    minima = damped_least_squares(
        lambda parameters, at: problem.evaluate(parameters, rows[at]), begin, *problem.bounds.T
    )
    sums = (problem.evaluate(minima, rows)[0] ** 2).sum(axis=1)
    order = np.argsort(-sums, kind="stable")  # the smallest residual sum is written last
    best, rss = np.empty((len(logs), minima.shape[1])), np.empty(len(logs))
    best[rows[order]], rss[rows[order]] = minima[order], sums[order]
    curve, ratio, theta = problem.curve(best)
    beta = np.exp(mean - np.log(curve) @ w / w.sum())
    # The constant is the limit ρ → ∞, which a search approaches and never reaches.
    flat = family.offset & ((ratio >= RATIO_MAX * (1 - 1e-6)) | (constant <= rss * (1 + ROUNDING)))
    return Fits(
        np.where(flat, np.exp(mean), ratio * beta),
        np.where(flat, 0.0, beta),
        np.where(flat[:, None], np.nan, theta),
        np.where(flat, constant, rss),
    )


class _LogProblem:
    """The search for (ρ, θ) of a family with an offset, for θ alone of one without.

    The best ln β is a mean for any of them. Parameters are arrays [M, K].
    """

    def __init__(self, family: Family, r: np.ndarray, logs: np.ndarray, w: np.ndarray):
        self.family, self.r, self.logs, self.w = family, r, logs, w
        self.bounds = np.array([shape.bounds(r[-1]) for shape in family.shapes]).reshape(-1, 2)
        if family.offset:
            # ρ + φ must stay positive, also for the logarithmic family, whose φ is negative.
            lowest = 0.0 if family.shapes else -float(family.curve(r).min()) * (1 + 1e-9)
            self.bounds = np.vstack([[lowest, RATIO_MAX], self.bounds])

    def starts(self, linear: Fits, number: int) -> tuple[np.ndarray, np.ndarray]:
        """The profile of each start, int [S], and the starts of the search, [S, K].

        They are the linear-scale fits, and for each profile the `number` lowest minima of its
        residual sums on a grid.
        """
        grid, shape = self.grid()
        curves = np.log(self.curve(grid)[0])
        share = self.w / self.w.sum()
        curves = curves - (curves @ share)[:, None]
        square = curves**2 @ self.w
        rows, parameters = [np.arange(len(self.logs))], [self.begin(linear)]
        step = max(1, CHUNK_CELLS // len(grid))
        for first in range(0, len(self.logs), step):
            logs = self.logs[first : first + step]
            # The part of the residual sums that changes over the grid.
            rss = square - 2 * (logs * self.w) @ curves.T
            cells = rss.reshape(len(rss), *shape)
            lowest = cells == minimum_filter(cells, size=(1,) + (3,) * len(shape), mode="nearest")
            ranked = np.where(lowest.reshape(rss.shape), rss, np.inf)
            chosen = np.argsort(ranked, axis=1, kind="stable")[:, :number]
            which, at = np.nonzero(np.isfinite(np.take_along_axis(ranked, chosen, axis=1)))
            rows.append(first + which)
            parameters.append(grid[chosen[which, at]])
        return np.concatenate(rows), np.concatenate(parameters)

    def grid(self) -> tuple[np.ndarray, tuple[int, ...]]:
        """Parameters [G, K] on a grid, and the grid's shape; ρ is in units of the largest φ."""
        axes = [shape.grid(self.r[-1]) for shape in self.family.shapes]
        offset = self.family.offset
        axes = [OFFSETS, *axes] if offset else axes
        grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
        lower, upper = self.bounds.T
        if offset:
            phi = self.family.curve(self.r, *grid[:, 1:].T[:, :, None])
            reach = np.abs(phi).max(axis=-1)  # |φ|: that of the logarithmic family is negative
            grid[:, 0] = lower[0] + grid[:, 0] * reach
        return np.clip(grid, lower, upper), tuple(len(axis) for axis in axes)

    def begin(self, start: Fits) -> np.ndarray:
        """Parameters [B, K] of the linear-scale fit, or of a middling decay if it is a constant."""
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
    """Parameters [M, K] that minimise the sums of squares of `evaluate` within `lower`..`upper` [K].

    start: [M, K]. evaluate(parameters [A, K], rows int [A]) gives the residuals [A, n] of the starts
    `rows` and their Jacobian [A, K, n].
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
