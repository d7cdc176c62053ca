"""Families of decay curves, in one registry: a new family is one entry of `FAMILIES`.

Every family is G(r) = γ + β φ(r; θ), where φ falls in r and θ are at most two shape parameters. γ
and β enter linearly, so that an estimator needs only φ and its slopes by θ, and a grid that covers
the bounds of θ.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

POWER_LAW, EXPONENTIAL = "power_law", "exponential"
"""The two families that the publication compares (arXiv 2606.29139), by their names in `FAMILIES`."""

Curve = Callable[..., np.ndarray]
Slopes = Callable[..., tuple[np.ndarray, ...]]


@dataclass(frozen=True)
class Shape:
    """One shape parameter: its bounds, and the grid over them that a search starts from.

    points: of the grid; logarithmic: whether they are evenly spaced in ln θ rather than in θ;
    upper_per_distance: for lengths, the upper bound in units of the largest distance fitted.
    """

    name: str
    lower: float
    upper: float
    points: int
    logarithmic: bool = False
    upper_per_distance: float | None = None

    def bounds(self, distance_max: float) -> tuple[float, float]:
        """Lower and upper bound where `distance_max` is the largest distance fitted."""
        if self.upper_per_distance is None:
            return self.lower, self.upper
        return self.lower, self.upper_per_distance * distance_max

    def grid(self, distance_max: float, density: int = 1) -> np.ndarray:
        """Grid float64 [points × density] from the lower to the upper bound."""
        spacing = np.geomspace if self.logarithmic else np.linspace
        return spacing(*self.bounds(distance_max), self.points * density)


@dataclass(frozen=True)
class Family:
    """A named family; `curve(r, *θ)` is φ and `slopes(r, φ, *θ)` are ∂φ/∂θ, both broadcasting.

    formula: G(r) in symbols. shapes: the parameters θ, at most two. offset: whether γ is free
    (otherwise it is 0). decays: whether there is a term β φ(r) (otherwise β is 0).
    """

    name: str
    formula: str
    curve: Curve
    slopes: Slopes
    shapes: tuple[Shape, ...] = ()
    offset: bool = True
    decays: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters: the shapes, then gamma and beta where the family has them."""
        linear = ("gamma",) * self.offset + ("beta",) * self.decays
        return tuple(shape.name for shape in self.shapes) + linear


def constant(r: np.ndarray) -> np.ndarray:
    """G(r) = γ, γ ≥ 0: no dependence on distance; the null that a decay must beat."""
    return np.zeros_like(r)


def power(r: np.ndarray, p: np.ndarray) -> np.ndarray:
    """G(r) = γ + β (r+1)^(−p), γ, β ≥ 0, p in [0.01, 5]: the published law (arXiv 2606.29139)."""
    return np.exp(-p * np.log1p(r))


def power_slopes(r: np.ndarray, phi: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, ...]:
    """∂φ/∂p of `power`."""
    return (-np.log1p(r) * phi,)


def exponential(r: np.ndarray, xi: np.ndarray) -> np.ndarray:
    """G(r) = γ + β exp(−r/ξ), γ, β ≥ 0, ξ in [0.1, 10 r_max]: the published rival (ibid.)."""
    return np.exp(-r / xi)


def exponential_slopes(r: np.ndarray, phi: np.ndarray, xi: np.ndarray) -> tuple[np.ndarray, ...]:
    """∂φ/∂ξ of `exponential`."""
    return (r / xi**2 * phi,)


def stretched(r: np.ndarray, xi: np.ndarray, kappa: np.ndarray) -> np.ndarray:
    """G(r) = γ + β exp(−(r/ξ)^κ), ξ in [0.1, 10 r_max], κ in [0.1, 2]: Kohlrausch (1854)."""
    return np.exp(-np.exp(kappa * (_log(r) - np.log(xi))))


def stretched_slopes(
    r: np.ndarray, phi: np.ndarray, xi: np.ndarray, kappa: np.ndarray
) -> tuple[np.ndarray, ...]:
    """∂φ/∂ξ and ∂φ/∂κ of `stretched`."""
    ratio = _log(r) - np.log(xi)
    decay = phi * np.exp(kappa * ratio)
    return decay * kappa / xi, np.where(r > 0, -decay * np.where(r > 0, ratio, 0.0), 0.0)


def truncated(r: np.ndarray, p: np.ndarray, xi: np.ndarray) -> np.ndarray:
    """G(r) = γ + β (r+1)^(−p) exp(−r/ξ), p in [0.01, 5], ξ in [0.1, 10 r_max].

    A power law with an exponential cut-off: Clauset, Shalizi and Newman, SIAM Review 51 (2009).
    """
    return np.exp(-p * np.log1p(r) - r / xi)


def truncated_slopes(
    r: np.ndarray, phi: np.ndarray, p: np.ndarray, xi: np.ndarray
) -> tuple[np.ndarray, ...]:
    """∂φ/∂p and ∂φ/∂ξ of `truncated`."""
    return -np.log1p(r) * phi, r / xi**2 * phi


def logarithmic(r: np.ndarray) -> np.ndarray:
    """G(r) = γ − β ln(r+1), γ, β ≥ 0: the limit of a power law as p → 0 (Box and Cox, 1964)."""
    return -np.log1p(r)


def _no_slopes(r: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, ...]:
    return ()


def _log(r: np.ndarray) -> np.ndarray:
    """ln r, with a stand-in at r = 0 so low that (r/ξ)^κ is 0 there for every κ in bounds."""
    return np.log(np.where(r > 0, r, 1e-300))


P = Shape("p", 0.01, 5.0, 64)
XI = Shape("xi", 0.1, np.inf, 64, logarithmic=True, upper_per_distance=10.0)
P_COARSE = Shape("p", 0.01, 5.0, 24)
XI_COARSE = Shape("xi", 0.1, np.inf, 24, logarithmic=True, upper_per_distance=10.0)
KAPPA = Shape("kappa", 0.1, 2.0, 20)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("constant", "γ", constant, _no_slopes, decays=False),
        Family("power_law", "γ + β (r+1)^(−p)", power, power_slopes, (P,)),
        Family("exponential", "γ + β exp(−r/ξ)", exponential, exponential_slopes, (XI,)),
        Family("power_law_no_offset", "β (r+1)^(−p)", power, power_slopes, (P,), offset=False),
        Family(
            "exponential_no_offset",
            "β exp(−r/ξ)",
            exponential,
            exponential_slopes,
            (XI,),
            offset=False,
        ),
        Family(
            "stretched_exponential",
            "γ + β exp(−(r/ξ)^κ)",
            stretched,
            stretched_slopes,
            (XI_COARSE, KAPPA),
        ),
        Family(
            "truncated_power_law",
            "γ + β (r+1)^(−p) exp(−r/ξ)",
            truncated,
            truncated_slopes,
            (P_COARSE, XI_COARSE),
        ),
        Family("logarithmic", "γ − β ln(r+1)", logarithmic, _no_slopes),
    )
}
