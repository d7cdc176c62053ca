"""Damped Newton search over two shape parameters, for many profiles at once.

It starts from the best points of a grid and stays within the bounds.
"""

import numpy as np

from token_influence.fitting.problem import Problem

ITERATIONS = 300
TOLERANCE = 1e-13  # relative drop of the residual sum that counts as none
PATIENCE = 2  # so many steps in a row with no larger drop end the search of a profile
STEP = 1e-10  # a smaller step of θ (of ln θ for a length) ends it, too
DIFFERENCE = 1e-5  # step of u for second derivatives
FLOOR = 1e-300


class Reduced:
    """The residual sum as a function of u: θ, or its logarithm for lengths; γ and β eliminated."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.logarithmic = np.array([shape.logarithmic for shape in problem.family.shapes])
        self.lower, self.upper = self.searched(problem.bounds.T)

    def searched(self, theta: np.ndarray) -> np.ndarray:
        """u [M, 2] of θ [M, 2]."""
        return np.where(self.logarithmic, np.log(theta), theta)

    def natural(self, u: np.ndarray) -> np.ndarray:
        """θ [M, 2] of u [M, 2]; at a bound the bound itself, which exp(ln bound) may miss slightly."""
        lower, upper = self.problem.bounds.T
        theta = np.where(self.logarithmic, np.exp(np.where(self.logarithmic, u, 0.0)), u)
        return np.where(u <= self.lower, lower, np.where(u >= self.upper, upper, theta))

    def slope(self, u: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residual sum [M] and half its gradient [M, 2] by u."""
        problem, theta = self.problem, self.natural(u)
        phi, residuals, linear = problem.at(theta, rows)
        weighted = residuals * problem.w
        slopes = problem.family.slopes(problem.r, phi, *theta.T[:, :, None])
        along = np.stack([np.einsum("mn,mn->m", slope, weighted) for slope in slopes], axis=1)
        scale = np.where(self.logarithmic, theta, 1.0) * linear.beta[:, None]
        return np.einsum("mn,mn->m", weighted, residuals), -scale * along

    def curvature(self, u: np.ndarray, rows: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Half Hessian [M, 2, 2] by u, from differences of the gradient.

        Where it is not positive definite: a diagonal matrix of the sizes of its diagonal.
        """
        columns = []
        for axis in (0, 1):
            shift = np.zeros_like(u)
            inwards = u[:, axis] + DIFFERENCE <= self.upper[axis]
            shift[:, axis] = np.where(inwards, DIFFERENCE, -DIFFERENCE)
            change = self.slope(u + shift, rows)[1] - gradient
            columns.append(change / shift[:, axis, None])
        hessian = np.stack(columns, axis=2)
        hessian = (hessian + hessian.transpose(0, 2, 1)) / 2
        a, b, c = hessian[:, 0, 0], hessian[:, 1, 1], hessian[:, 0, 1]
        convex = (a > 0) & (b > 0) & (a * b - c**2 > 1e-6 * a * b)
        # The diagonal matrix gives a cautious step down the slope.
        diagonal = np.maximum(np.abs(np.stack([a, b], axis=1)), FLOOR)
        return np.where(convex[:, None, None], hessian, diagonal[:, :, None] * np.eye(2))


def refine_two(
    problem: Problem, theta: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The minimum near each start: θ [M, 2] and the residual sum [M] there.

    theta: starts [M, 2]; rows: int [M], the profile of each start. Damped Newton steps within the
    bounds.
    """
    reduced = Reduced(problem)
    best = reduced.searched(theta)
    least, gradient = reduced.slope(best, rows)
    hessian = reduced.curvature(best, rows, gradient)
    damping = np.full(len(rows), 1e-3)
    settled = np.zeros(len(rows), dtype=int)
    active = np.arange(len(rows))
    for _ in range(ITERATIONS):
        here = best[active]
        step = newton_step(
            gradient[active],
            hessian[active],
            damping[active],
            reduced.lower - here,
            reduced.upper - here,
        )
        trial = np.clip(here + step, reduced.lower, reduced.upper)
        taken = trial - here
        moving = (np.abs(taken) > STEP).any(axis=1)
        active, trial, taken = active[moving], trial[moving], taken[moving]
        if len(active) == 0:
            break
        rss, slope = reduced.slope(trial, rows[active])
        drop = least[active] - rss
        better = drop > 0
        curved = np.einsum("mk,mkl,ml->m", taken, hessian[active], taken)
        promised = -2 * np.einsum("mk,mk->m", taken, gradient[active]) - curved
        # A small drop after a strongly damped step shows a kink (γ reaching 0), not a minimum.
        small = better & (drop <= TOLERANCE * least[active]) & (damping[active] < 1)
        settled[active] = np.where(small, settled[active] + 1, settled[active] * ~better)
        damping[active] *= np.select([drop > 0.75 * promised, drop > 0.25 * promised], [0.2, 1], 4)
        moved = active[better]
        best[moved], least[moved], gradient[moved] = trial[better], rss[better], slope[better]
        hessian[moved] = reduced.curvature(trial[better], rows[moved], slope[better])
        active = active[settled[active] < PATIENCE]
    return reduced.natural(best), least


def newton_step(
    gradient: np.ndarray,
    hessian: np.ndarray,
    damping: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
) -> np.ndarray:
    """The step [M, 2], between `lower` and `upper` [M, 2], that minimises the damped quadratic model.

    gradient: [M, 2]; hessian: [M, 2, 2]; damping: [M]. The minimum lies inside, or it is the lowest
    of the minima on the four edges.
    """
    a = np.maximum(hessian[:, 0, 0] * (1 + damping), FLOOR)
    b = np.maximum(hessian[:, 1, 1] * (1 + damping), FLOOR)
    c = hessian[:, 0, 1]
    first, second = gradient.T
    determinant = np.maximum(a * b - c**2, FLOOR)
    step = np.stack([c * second - b * first, c * first - a * second], axis=1) / determinant[:, None]
    inside = ((step >= lower) & (step <= upper)).all(axis=1)
    least = np.where(inside, -np.inf, np.inf)
    for edge in (lower, upper):
        x = edge[:, 0]
        along_x = np.stack([x, np.clip(-(second + c * x) / b, lower[:, 1], upper[:, 1])], axis=1)
        y = edge[:, 1]
        along_y = np.stack([np.clip(-(first + c * y) / a, lower[:, 0], upper[:, 0]), y], axis=1)
        for candidate in (along_x, along_y):
            x, y = candidate.T
            model = first * x + second * y + (a * x**2 + b * y**2) / 2 + c * x * y
            step = np.where((model < least)[:, None], candidate, step)
            least = np.minimum(model, least)
    return step
