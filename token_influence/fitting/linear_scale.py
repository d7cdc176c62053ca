"""Bounded separable least squares on the linear scale, for many profiles at once.

γ and β follow in closed form (see `problem`), so that only the shapes θ are searched: first on a
grid over their bounds, by matrix products, then by the slope of the residual sum, which by the
envelope theorem is −2 β Σ w e ∂φ/∂θ with e the residuals at the best γ and β. No start values are
needed.
"""

import numpy as np
from scipy.optimize import elementwise

from token_influence.fitting.families import Family
from token_influence.fitting.newton import refine_two
from token_influence.fitting.problem import Fits, Linear, Problem

CHUNK_CELLS = 1_500_000  # grid values (profiles × grid points) held at once: about 100 MB in all
CACHED_CELLS = 60_000  # grid values worked on at once, few enough for the processor's cache
STARTS, DENSITY = 12, 3  # minima refined by a thorough search over two shapes, and its finer grid
HOPEFUL = 25.0  # only minima whose residual sum is within this factor of the least are refined
ROUNDING = 1e-12  # relative to the sum of squares: by this, residual sums on the grid may be off


def fit(
    family: Family,
    distance: np.ndarray,
    profiles: np.ndarray,
    weights: np.ndarray | None = None,
    thorough: bool = True,
) -> Fits:
    """Fit `family` to each row of `profiles` [B, n] on `distance` [n] by least squares.

    distance: [n], increasing; weights: [n] > 0, or None for equal ones. The residual sum is the
    least within the bounds.
    thorough: with two shapes, search a finer grid and refine several of its minima; otherwise only
    the lowest minimum is refined, which is enough for resamples.
    """
    problem = Problem(family, distance, profiles, weights)
    if not family.decays:
        mean = np.maximum(problem.mean, 0.0)
        residuals = problem.y - mean[:, None]
        rss = np.einsum("mn,mn,n->m", residuals, residuals, problem.w)
        return Fits(mean, np.zeros_like(mean), np.empty((len(mean), 0)), rss)
    if not family.shapes:
        return problem.fits(np.empty((len(problem.y), 0)))
    one = len(family.shapes) == 1
    starts, density = (STARTS, DENSITY) if thorough and not one else (1, 1)
    grid = _Grid(problem, density)
    size = max(1, CHUNK_CELLS // len(grid.theta))
    chunks = []
    for start in range(0, len(problem.y), size):
        rows = np.arange(start, min(start + size, len(problem.y)))
        chunks.append(
            _search_one(problem, grid, rows) if one else _search_two(problem, grid, rows, starts)
        )
    return problem.fits(np.concatenate(chunks))


class _Grid:
    """Curves on a grid of the shapes, and the sums that the best γ and β of any profile need."""

    def __init__(self, problem: Problem, density: int):
        axes = [shape.grid(problem.r[-1], density) for shape in problem.family.shapes]
        self.shape = tuple(len(axis) for axis in axes)
        self.theta = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
        self.phi = problem.curves(self.theta)
        self.mean = self.phi @ problem.w / problem.total
        self.centred = self.phi - self.mean[:, None]
        self.cff = (self.centred**2) @ problem.w

    def linear(self, problem: Problem, rows: np.ndarray) -> Linear:
        """Best γ, β and gain [M, grid points] of the profiles `rows` [M]."""
        cfy = problem.yw[rows] @ self.centred.T
        return problem.linear(problem.mean[rows, None], self.mean, self.cff, cfy)


def _search_one(problem: Problem, grid: _Grid, rows: np.ndarray) -> np.ndarray:
    """Best value [M, 1] of one shape: every sign change of the slope on the grid is refined."""
    theta = grid.theta[:, 0]
    linear = grid.linear(problem, rows)
    (dphi,) = problem.family.slopes(problem.r, grid.phi, grid.theta)
    wdphi = dphi * problem.w
    slope = -linear.beta * (
        problem.y[rows] @ wdphi.T
        - linear.gamma * wdphi.sum(axis=1)
        - linear.beta * np.einsum("pn,pn->p", wdphi, grid.phi)
    )
    # Where β = 0 the residual sum is level; a valley beside such a plateau ends there.
    level = linear.beta == 0
    left, right = level[:, :-1], level[:, 1:]
    turns = (left | (slope[:, :-1] < 0)) & (right | (slope[:, 1:] > 0)) & ~(left & right)
    # A valley of the residual sum cannot be deeper than its steepest side over the grid step.
    reach = np.diff(theta) * 2 * (np.abs(slope[:, :-1]) + np.abs(slope[:, 1:]))
    hopeful = np.maximum(linear.gain[:, :-1], linear.gain[:, 1:]) + reach
    best = linear.gain.max(axis=1)
    which, cell = np.nonzero(turns & (hopeful >= best[:, None]))
    result = theta[linear.gain.argmax(axis=1)]
    if len(which) == 0:
        return result[:, None]

    def half_slope(value: np.ndarray, row: np.ndarray, plateau: np.ndarray) -> np.ndarray:
        column = value[:, None]
        phi, residuals, linear = problem.at(column, row)
        (change,) = problem.family.slopes(problem.r, phi, column)
        slope = -linear.beta * np.einsum("mn,mn,n->m", residuals, change, problem.w)
        return np.where(linear.beta == 0, plateau, slope)

    root = elementwise.find_root(
        half_slope,
        (theta[cell], theta[cell + 1]),
        args=(rows[which], np.where(level[which, cell], -1.0, 1.0)),
        tolerances={"xrtol": 1e-11, "xatol": 0.0, "fatol": 0.0, "frtol": 0.0},
    )
    refined = np.where(np.isfinite(root.x), root.x, theta[cell])
    _, residuals, _ = problem.at(refined[:, None], rows[which])
    rss = np.einsum("mn,mn,n->m", residuals, residuals, problem.w)
    _, residuals, _ = problem.at(result[:, None], rows)
    least = np.einsum("mn,mn,n->m", residuals, residuals, problem.w)
    order = np.argsort(-rss, kind="stable")  # the smallest residual sum is written last
    order = order[rss[order] < least[which[order]]]
    result[which[order]] = refined[order]
    return result[:, None]


def _search_two(problem: Problem, grid: _Grid, rows: np.ndarray, starts: int) -> np.ndarray:
    """Best values [M, 2] of two shapes: the `starts` lowest minima of the grid are refined."""
    size = max(1, CACHED_CELLS // len(grid.theta))
    minima = [
        _grid_minima(problem, grid, rows[start : start + size], starts)
        for start in range(0, len(rows), size)
    ]
    which = np.concatenate([index + at * size for at, (index, _) in enumerate(minima)])
    theta = np.concatenate([theta for _, theta in minima])
    theta, rss = refine_two(problem, theta, rows[which])
    result = np.empty((len(rows), 2))
    order = np.argsort(-rss, kind="stable")  # the smallest residual sum is written last
    result[which[order]] = theta[order]
    return result


def _grid_minima(
    problem: Problem, grid: _Grid, rows: np.ndarray, starts: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `starts` lowest minima of each profile on the grid: indices in `rows` [K], θ [K, 2]."""
    gain = grid.linear(problem, rows).gain.reshape(len(rows), *grid.shape)
    padded = np.pad(gain, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    height, width = grid.shape
    peak = np.ones(gain.shape, dtype=bool)
    for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        peak &= gain >= padded[:, i : i + height, j : j + width]
    # A minimum whose residual sum is many times the least will not become the least.
    square = problem.square[rows, None, None]
    misfit = square - gain
    least = np.maximum(misfit.min(axis=(1, 2), keepdims=True), 0.0)
    peak &= misfit <= HOPEFUL * least + ROUNDING * square
    ranked = np.where(peak, gain, -np.inf).reshape(len(rows), -1)
    cells = np.argpartition(-ranked, starts, axis=1)[:, :starts]
    which, at = np.nonzero(np.isfinite(np.take_along_axis(ranked, cells, axis=1)))
    return which, grid.theta[cells[which, at]]
