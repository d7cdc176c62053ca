"""A population of predictions whose curves are all of one family, matched to an arm's profiles."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from scipy.special import ndtri

from token_influence.fitting.families import FAMILIES, Family
from token_influence.fitting.least_squares import estimate

MATCHED = (0.25, 0.5, 0.75)  # quantiles over predictions that population and arm share
CURVES, NOISES = 11, 21  # members, evenly spaced in probability, that stand for a population
LOWER = np.array([-np.inf, 0.0, -12.0, -3.0, -12.0])  # of the five numbers, in their order
UPPER = np.array([np.inf, 2.0, 12.0, 3.0, 12.0])
SCALE = np.array([0.3, 0.3, 0.3, 0.3, 0.5])
STEP, EVALUATIONS = 0.01, 40  # of the search; quantiles are rough, so that the step is large
TINY = 1e-300


@dataclass(frozen=True)
class Population:
    """Predictions γ + β φ(r; θ) with one shape θ, each with a standard normal score z of its own.

    θ = exp(location + spread z), within its bounds; β = exp(level + slope z); γ = exp(floor). The
    slope lets steep predictions start higher, without which a median of exponentials is exponential.
    """

    family: Family
    location: float
    spread: float
    level: float
    slope: float
    floor: float

    def logs(self, r: np.ndarray, z: np.ndarray) -> np.ndarray:
        """ln g [N, n] of the predictions with the scores `z` [N] at distances `r` [n]."""
        theta = np.clip(
            np.exp(self.location + self.spread * z), *self.family.shapes[0].bounds(r[-1])
        )
        phi = np.maximum(self.family.curve(r, theta[:, None]), TINY)
        return np.logaddexp(self.floor, (self.level + self.slope * z)[:, None] + np.log(phi))

    @property
    def record(self) -> Mapping[str, float]:
        """The five numbers by their names."""
        names = ("location", "spread", "level", "slope", "floor")
        return {name: float(getattr(self, name)) for name in names}


def matched(name: str, r: np.ndarray, profiles: np.ndarray, noise: np.ndarray) -> Population:
    """The population of the family `name` whose quartiles and median are nearest to the arm's.

    r: [n]; profiles: g(r) > 0, [N, n]; noise: what is added to ln g, [M, n]. Least squares of the
    logarithms of the three quantiles at all distances, which fixes how much the curves vary. The
    search starts from the fit to the median profile.
    """
    family = FAMILIES[name]
    target = np.quantile(np.log(profiles), MATCHED, axis=0)
    noise = np.quantile(noise, _ranks(NOISES), axis=0)
    z = ndtri(_ranks(CURVES))

    def misfit(numbers: np.ndarray) -> np.ndarray:
        members = Population(family, *numbers).logs(r, z)[:, None] + noise
        return (np.quantile(members.reshape(-1, len(r)), MATCHED, axis=0) - target).ravel()

    start = _start(family, r, np.exp(target[1]))
    lower, upper = LOWER.copy(), UPPER.copy()
    lower[0], upper[0] = np.log(family.shapes[0].bounds(r[-1]))
    best = least_squares(
        misfit,
        np.clip(start, lower + STEP, upper - STEP),
        bounds=(lower, upper),
        x_scale=SCALE,
        diff_step=STEP,
        max_nfev=EVALUATIONS,
    )
    return Population(family, *best.x)


def _start(family: Family, r: np.ndarray, median: np.ndarray) -> np.ndarray:
    """The five numbers of a population around the fit to the median profile [n]."""
    fit = estimate(family, r, median, None, "log")
    shape, beta, gamma = fit.theta[0, 0], fit.beta[0], fit.gamma[0]
    if beta == 0:  # a level profile, of any shape
        shape, beta = np.sqrt(np.prod(family.shapes[0].bounds(r[-1]))), gamma
    return np.array([np.log(shape), 0.3, np.log(beta), 0.0, np.log(max(gamma, TINY))])


def _ranks(number: int) -> np.ndarray:
    return (np.arange(number) + 0.5) / number
