"""The series against plain loops, and their random streams."""

import numpy as np
import pytest

from token_influence.config.series import SYSTEMS as NAMES
from token_influence.seeds import stream
from token_influence.series.systems import SYSTEMS, series


def test_the_config_names_the_systems_of_the_library():
    assert tuple(SYSTEMS) == NAMES


def test_the_logistic_map_is_the_plain_loop():
    x = 0.7 * stream(3, "series", "logistic", 2).random()
    values = []
    for _ in range(181):
        values.append(x)
        x = 3.8 * x * (1 - x)
    assert series("logistic", 2, seed=3) == pytest.approx(values, rel=1e-12)


def runge_kutta(x: float, steps: int, dt: float) -> np.ndarray:
    """The x of Lorenz's flow after each of `steps`, by the classical method of fourth order."""
    state, found = np.array([x, 2.01, 23.02]), [x]

    def velocity(s: np.ndarray) -> np.ndarray:
        return np.array([10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]])

    for _ in range(steps):
        a = velocity(state)
        b = velocity(state + dt / 2 * a)
        c = velocity(state + dt / 2 * b)
        state = state + dt / 6 * (a + 2 * b + 2 * c + velocity(state + dt * c))
        found.append(state[0])
    return np.array(found)


def test_lorenz_is_what_small_steps_of_runge_kutta_give():
    values = series("lorenz", 0, seed=0)
    assert len(values) == 180
    # Chaos lets both part later; up to here they agree to six digits.
    shown, per_value = 60, 60
    loop = runge_kutta(values[0], (shown - 1) * per_value, 13.5 / 179 / per_value)
    assert 0 <= values[0] < 0.3
    assert values[:shown] == pytest.approx(loop[::per_value], abs=1e-4)


def test_drift_adds_so_much_from_value_to_value():
    values = SYSTEMS["lorenz-drift-0.4"](np.random.default_rng(1))
    without = SYSTEMS["lorenz"](np.random.default_rng(1))
    assert np.diff(values - without) == pytest.approx(np.full(179, 0.4))


def test_brownian_motion_has_its_variance():
    generator = np.random.default_rng(0)
    steps = np.concatenate([np.diff(SYSTEMS["brownian"](generator)) for _ in range(50)])
    assert steps.std() == pytest.approx(0.1 * np.sqrt(0.1), rel=0.05)
    assert abs(steps.mean()) < 4 * steps.std() / np.sqrt(len(steps))


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_series_has_its_own_stream(system):
    first = series(system, 0, seed=0)
    assert (series(system, 0, seed=0) == first).all()
    for number, seed in ((1, 0), (0, 1)):
        assert series(system, number, seed)[3] != first[3]
