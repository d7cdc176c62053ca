"""Bounded separable least squares for many profiles at once.

For a given shape θ, γ and β follow in closed form (with their signs respected), so that only θ is
searched (Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973): first on a grid over its bounds, by
matrix products, then by the slope of the residual sum, which by the envelope theorem is
−2 β Σ w e ∂φ/∂θ with e the residuals at the best γ and β. Needs no start values.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import elementwise

from token_influence.fitting.families import Family
from token_influence.fitting.newton import refine_two

CHUNK_CELLS = 1_500_000  # grid values (profiles × grid points) held at once: about 100 MB in all
CACHED_CELLS = 60_000  # grid values worked on at once, few enough for the processor's cache
STARTS, DENSITY = 12, 3  # minima refined by a thorough search over two shapes, and its finer grid
HOPEFUL = 25.0  # of which only those are, whose residual sum is within this factor of the least
ROUNDING = 1e-12  # of the sum of squares, by which residual sums on the grid may be off
NEGLIGIBLE = 1e-280  # sums of squares below this are underflow: such a φ says nothing


@dataclass(frozen=True)
class Fits:
    """Fits of one family to B profiles: float64 arrays [B], theta [B, shapes].

    rss: weighted residual sum of squares. theta is NaN where β = 0, since it is then undetermined.
    """

    gamma: np.ndarray
    beta: np.ndarray
    theta: np.ndarray
    rss: np.ndarray


@dataclass(frozen=True)
class Linear:
    """γ, β and the drop of the (weighted) sum of squares that they bring; arrays of one shape."""

    gamma: np.ndarray
    beta: np.ndarray
    gain: np.ndarray


class Problem:
    """Profiles to fit: distance float64 [n], profiles float64 [B, n], weights [n] > 0 or None."""

    def __init__(
        self,
        family: Family,
        distance: np.ndarray,
        profiles: np.ndarray,
        weights: np.ndarray | None = None,
    ):
        self.family = family
        self.r = np.asarray(distance, np.float64)
        self.y = np.atleast_2d(np.asarray(profiles, np.float64))
        self.w = np.ones(len(self.r)) if weights is None else np.asarray(weights, np.float64)
        self.total = self.w.sum()
        self.yw = self.y * self.w
        self.square = np.einsum("bn,bn->b", self.y, self.yw)
        self.mean = self.yw.sum(axis=1) / self.total
        self.bounds = np.array([shape.bounds(self.r[-1]) for shape in family.shapes]).reshape(-1, 2)

    def curves(self, theta: np.ndarray) -> np.ndarray:
        """φ [M, n] at shape parameters theta [M, shapes]."""
        phi = self.family.curve(self.r, *theta.T[:, :, None])
        return np.broadcast_to(phi, (len(theta), len(self.r)))

    def linear(
        self, mean_y: np.ndarray, mean_phi: np.ndarray, cff: np.ndarray, cfy: np.ndarray
    ) -> Linear:
        """Best γ ≥ 0 and β ≥ 0 from the means of y and φ and their centred sums of products."""
        sff = cff + self.total * mean_phi**2
        sfy = cfy + self.total * mean_phi * mean_y
        usable = sff > NEGLIGIBLE
        beta_only = np.maximum(np.where(usable, sfy, 0.0) / np.where(usable, sff, 1.0), 0.0)
        if not self.family.offset:
            return Linear(np.zeros_like(beta_only), beta_only, beta_only * sfy)
        gamma_only = np.maximum(mean_y, 0.0) + np.zeros_like(beta_only)
        usable = cff > NEGLIGIBLE
        beta = np.where(usable, cfy, -1.0) / np.where(usable, cff, 1.0)
        gamma = mean_y - beta * mean_phi
        inside = (beta > 0) & (gamma >= 0)
        # Outside the quadrant the best point lies on one of its edges.
        gain_beta, gain_gamma = beta_only * sfy, self.total * gamma_only * mean_y
        on_beta = gain_beta > gain_gamma
        return Linear(
            np.where(inside, gamma, np.where(on_beta, 0.0, gamma_only)),
            np.where(inside, beta, np.where(on_beta, beta_only, 0.0)),
            np.where(
                inside,
                beta * cfy + self.total * mean_y**2,
                np.where(on_beta, gain_beta, gain_gamma),
            ),
        )

    def at(self, theta: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, Linear]:
        """φ [M, n], residuals [M, n] and γ, β [M] of profiles `rows` [M] at theta [M, shapes]."""
        phi = self.curves(theta)
        mean_phi = phi @ self.w / self.total
        centred = phi - mean_phi[:, None]
        cff = np.einsum("mn,mn,n->m", centred, centred, self.w)
        cfy = np.einsum("mn,mn->m", centred, self.yw[rows])
        linear = self.linear(self.mean[rows], mean_phi, cff, cfy)
        residuals = self.y[rows] - linear.gamma[:, None] - linear.beta[:, None] * phi
        return phi, residuals, linear

    def fits(self, theta: np.ndarray) -> Fits:
        """The fits at known shape parameters theta [B, shapes]."""
        _, residuals, linear = self.at(theta, np.arange(len(self.y)))
        rss = np.einsum("mn,mn,n->m", residuals, residuals, self.w)
        shown = np.where(linear.beta[:, None] > 0, theta, np.nan)
        return Fits(linear.gamma, linear.beta, shown, rss)


def fit(
    family: Family,
    distance: np.ndarray,
    profiles: np.ndarray,
    weights: np.ndarray | None = None,
    thorough: bool = True,
) -> Fits:
    """Fit `family` to each row of `profiles` [B, n] on `distance` [n] by least squares.

    weights: [n] > 0, equal for all if None. The residual sum is the least within the bounds.
    thorough: over two shapes, search a finer grid and refine several of its minima; without it, the
    lowest one, which is enough for resamples.
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
    """Curves on the grid of shapes, and what the residual sums of all profiles on it need."""

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
    """Best single shape parameter [M, 1]: every sign change of the slope on the grid is refined."""
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
    # A valley of the residual sum can't be deeper than its steepest side over the grid step.
    reach = np.diff(theta) * 2 * (np.abs(slope[:, :-1]) + np.abs(slope[:, 1:]))
    hopeful = np.maximum(linear.gain[:, :-1], linear.gain[:, 1:]) + reach
    best = linear.gain.max(axis=1)
    which, cell = np.nonzero(turns & (hopeful >= best[:, None]))
    result = theta[linear.gain.argmax(axis=1)]
    if len(which) == 0:
        return result[:, None]

    def half_slope(value: np.ndarray, row: np.ndarray, plateau: np.ndarray) -> np.ndarray:
        at = value[:, None]
        phi, residuals, found = problem.at(at, row)
        (change,) = problem.family.slopes(problem.r, phi, at)
        slope = -found.beta * np.einsum("mn,mn,n->m", residuals, change, problem.w)
        return np.where(found.beta == 0, plateau, slope)

    root = elementwise.find_root(
        half_slope,
        (theta[cell], theta[cell + 1]),
        args=(rows[which], np.where(level[which, cell], -1.0, 1.0)),
        tolerances={"xrtol": 1e-11, "xatol": 0.0, "fatol": 0.0, "frtol": 0.0},
    )
    found = np.where(np.isfinite(root.x), root.x, theta[cell])
    _, residuals, _ = problem.at(found[:, None], rows[which])
    rss = np.einsum("mn,mn,n->m", residuals, residuals, problem.w)
    _, residuals, _ = problem.at(result[:, None], rows)
    least = np.einsum("mn,mn,n->m", residuals, residuals, problem.w)
    order = np.argsort(-rss, kind="stable")  # the smallest residual sum is written last
    order = order[rss[order] < least[which[order]]]
    result[which[order]] = found[order]
    return result[:, None]


def _search_two(problem: Problem, grid: _Grid, rows: np.ndarray, starts: int) -> np.ndarray:
    """Best pair of shape parameters [M, 2]: the `starts` lowest minima of the grid are refined."""
    size = max(1, CACHED_CELLS // len(grid.theta))
    parts = [
        _grid_minima(problem, grid, rows[start : start + size], starts)
        for start in range(0, len(rows), size)
    ]
    which = np.concatenate([part[0] + at * size for at, part in enumerate(parts)])
    theta = np.concatenate([part[1] for part in parts])
    theta, rss = refine_two(problem, theta, rows[which])
    result = np.empty((len(rows), 2))
    order = np.argsort(-rss, kind="stable")  # the smallest residual sum is written last
    result[which[order]] = theta[order]
    return result


def _grid_minima(
    problem: Problem, grid: _Grid, rows: np.ndarray, starts: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `starts` lowest minima of every profile on the grid: index in rows [K] and θ [K, 2]."""
    gain = grid.linear(problem, rows).gain.reshape(len(rows), *grid.shape)
    padded = np.pad(gain, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    height, width = grid.shape
    peak = np.ones(gain.shape, dtype=bool)
    for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        peak &= gain >= padded[:, i : i + height, j : j + width]
    # A minimum whose residual sum is many times the least one won't become the least.
    square = problem.square[rows, None, None]
    misfit = square - gain
    least = np.maximum(misfit.min(axis=(1, 2), keepdims=True), 0.0)
    peak &= misfit <= HOPEFUL * least + ROUNDING * square
    ranked = np.where(peak, gain, -np.inf).reshape(len(rows), -1)
    cells = np.argpartition(-ranked, starts, axis=1)[:, :starts]
    which, at = np.nonzero(np.isfinite(np.take_along_axis(ranked, cells, axis=1)))
    return which, grid.theta[cells[which, at]]
