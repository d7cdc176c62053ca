"""The damped Newton search over two shapes: its step against a grid, its end against scipy."""

import numpy as np
import pytest
from scipy.optimize import minimize

from token_influence.fitting.families import FAMILIES
from token_influence.fitting.newton import newton_step, refine_two
from token_influence.fitting.problem import Problem

R = np.arange(1.0, 61.0)


def test_no_point_of_the_box_is_below_the_step():
    rng = np.random.default_rng(0)
    number = 200
    root = rng.standard_normal((number, 2, 2))
    hessian = root @ root.transpose(0, 2, 1) + 0.05 * np.eye(2)
    gradient, damping = rng.standard_normal((number, 2)), rng.uniform(0, 2, number)
    lower, upper = -rng.uniform(0, 2, (number, 2)), rng.uniform(0, 2, (number, 2))
    step = newton_step(gradient, hessian, damping, lower, upper)
    assert ((step >= lower) & (step <= upper)).all()
    damped = hessian + damping[:, None, None] * hessian * np.eye(2)

    def model(point: np.ndarray) -> np.ndarray:
        curved = np.einsum("mk,mkl,ml->m", point, damped, point) / 2
        return np.einsum("mk,mk->m", gradient, point) + curved

    least = model(step)
    for share in np.stack(np.meshgrid(*[np.linspace(0, 1, 41)] * 2), axis=-1).reshape(-1, 2):
        assert (model(lower + share * (upper - lower)) >= least - 1e-9).all()


@pytest.mark.parametrize("name", ["stretched_exponential", "truncated_power_law"])
def test_the_search_ends_where_no_step_within_the_bounds_goes_down(name):
    family = FAMILIES[name]
    noise = np.exp(0.1 * np.random.default_rng(2).standard_normal((6, len(R))))
    profiles = (
        0.03 + 0.5 * family.curve(R, *((9.0, 0.7) if "stretched" in name else (0.4, 20)))
    ) * noise
    problem = Problem(family, R, profiles)
    middle = np.sqrt(problem.bounds.prod(axis=1))
    theta, rss = refine_two(problem, np.tile(middle, (6, 1)), np.arange(6))
    np.testing.assert_allclose(problem.fits(theta).rss, rss, rtol=1e-9)
    for at in range(6):
        row = np.array([at])

        def misfit(point: np.ndarray, row: np.ndarray = row) -> float:
            return float((problem.at(point[None], row)[1] ** 2).sum())

        rival = minimize(misfit, theta[at], method="Nelder-Mead", bounds=problem.bounds)
        assert rss[at] <= rival.fun * (1 + 1e-7)
