"""The number series of arXiv 2601.16407: maps, flows and noise, each from a random stream of its own."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.random import Generator
from scipy.integrate import solve_ivp

from token_influence.seeds import stream

LOGISTIC_R = 3.8
LOGISTIC_LENGTH = 181
LORENZ_SIGMA, LORENZ_RHO, LORENZ_BETA = 10.0, 28.0, 8 / 3
LORENZ_START = (2.01, 23.02)  # y₀ and z₀
LORENZ_END = 13.5
BROWNIAN_STEP, BROWNIAN_SIGMA = 0.1, 0.1
LENGTH = 180
# The trajectory is chaotic: with this tolerance its digits are those of the exact one.
TOLERANCE = 1e-11


def logistic(generator: Generator) -> np.ndarray:
    """The logistic map x → r x (1 − x) with r = 3.8, [181]; x₀ is 0.7 times a uniform number."""
    values = np.empty(LOGISTIC_LENGTH)
    values[0] = 0.7 * generator.random()
    for k in range(1, len(values)):
        values[k] = LOGISTIC_R * values[k - 1] * (1 - values[k - 1])
    return values


def lorenz(generator: Generator, drift: float = 0.0) -> np.ndarray:
    """The x of Lorenz's flow at 180 times in [0, 13.5], [180], and `drift` more from value to value.

    σ = 10, ρ = 28, β = 8/3; x₀ is 0.3 times a uniform number, y₀ = 2.01, z₀ = 23.02.
    """

    def velocity(_: float, state: np.ndarray) -> tuple[float, float, float]:
        x, y, z = state
        return LORENZ_SIGMA * (y - x), x * (LORENZ_RHO - z) - y, x * y - LORENZ_BETA * z

    solution = solve_ivp(
        velocity,
        (0.0, LORENZ_END),
        (0.3 * generator.random(), *LORENZ_START),
        method="DOP853",
        t_eval=np.linspace(0.0, LORENZ_END, LENGTH),
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    return solution.y[0] + drift * np.arange(LENGTH)


def brownian(generator: Generator) -> np.ndarray:
    """Brownian motion from 0 without drift, [180]: steps of σ √dt, with σ = 0.1 and dt = 0.1."""
    steps = generator.standard_normal(LENGTH - 1)
    return np.append(0.0, np.cumsum(BROWNIAN_SIGMA * np.sqrt(BROWNIAN_STEP) * steps))


SYSTEMS: dict[str, Callable[[Generator], np.ndarray]] = {
    "logistic": logistic,
    "lorenz": lorenz,
    "lorenz-drift-0.2": partial(lorenz, drift=0.2),
    "lorenz-drift-0.4": partial(lorenz, drift=0.4),
    "lorenz-drift-0.6": partial(lorenz, drift=0.6),
    "brownian": brownian,
}
"""Each system by its name in the config and the result files."""


def series(system: str, number: int, seed: int) -> np.ndarray:
    """The values (float64) of series `number` of a system; its stream is that of its name and number."""
    return SYSTEMS[system](stream(seed, "series", system, number))
