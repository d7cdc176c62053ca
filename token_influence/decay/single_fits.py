"""Both published families fitted to each single prediction, and which of them fits it better.

Least squares of the logarithms: a single prediction is noisy in proportion to its size, over orders
of magnitude, so that on the linear scale its few largest values alone would decide. Thousands are
fitted, and only residual sums are compared, so that the best curve on a fine grid is enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from token_influence.fitting.families import EXPONENTIAL, FAMILIES, POWER_LAW, Family

COMPARED = (EXPONENTIAL, POWER_LAW)
# γ/β on the grid, in units of the largest φ: none, twelve a decade, and so much that the curve is level.
OFFSETS = np.concatenate([[0.0], np.geomspace(1e-4, 1e2, 73), [1e14]])
CHUNK_CELLS = 1_500_000  # residual sums (predictions × grid points) held at once
EQUAL = 1e-9  # relative difference of residual sums below which no family fits better


@dataclass(frozen=True)
class SingleFits:
    """Fits of one family to N predictions: residual sums `rss` [N] and curves ln g, `logs` [N, n]."""

    rss: np.ndarray
    logs: np.ndarray


def single_fits(r: np.ndarray, profiles: np.ndarray) -> dict[str, SingleFits]:
    """The best γ + β φ(r; θ) of each of `COMPARED` for each of `profiles` > 0 [N, n], r: [n]."""
    logs = np.log(profiles)
    level = logs.mean(axis=1, keepdims=True)
    return {name: _fits(FAMILIES[name], r, logs - level, level) for name in COMPARED}


def _fits(family: Family, r: np.ndarray, centred: np.ndarray, level: np.ndarray) -> SingleFits:
    """The fits to ln g = centred [N, n] + level [N, 1]; the best ln β follows from the mean."""
    grid = _grid(family, r)
    square = np.einsum("gn,gn->g", grid, grid)
    size = max(1, CHUNK_CELLS // len(grid))
    chunks = [centred[start : start + size] for start in range(0, len(centred), size)]
    best = np.concatenate([(square - 2 * chunk @ grid.T).argmin(axis=1) for chunk in chunks])
    curves = grid[best]
    return SingleFits(((centred - curves) ** 2).sum(axis=1), curves + level)


def _grid(family: Family, r: np.ndarray) -> np.ndarray:
    """Logarithms of curves [G, n], each of mean 0 over the distances."""
    shapes = family.shapes[0].grid(r[-1])
    phi = family.curve(r, shapes[:, None])
    total = phi + OFFSETS[:, None, None] * phi.max(axis=1, keepdims=True)
    logs = np.log(np.maximum(total, np.finfo(float).tiny)).reshape(-1, len(r))
    return logs - logs.mean(axis=1, keepdims=True)


def power_law_wins(fits: Mapping[str, SingleFits]) -> np.ndarray:
    """For each prediction [N] 1 where the power law fits better, 0 where not, 0.5 where equally."""
    power_law, exponential = fits[POWER_LAW].rss, fits[EXPONENTIAL].rss
    ahead = exponential - power_law
    return (np.sign(np.where(np.abs(ahead) <= EQUAL * exponential, 0.0, ahead)) + 1) / 2


def residuals(profiles: np.ndarray, fits: Mapping[str, SingleFits]) -> np.ndarray:
    """The noise of ln g(r), [N, n], of median 0 at each distance; it has each prediction's level.

    Residuals from halfway between the prediction's two fitted curves, so that neither family is
    favoured. Residuals from one family would hold its misfit, and so make its curves look like the
    other's; those from the family that fits better lack the noise that makes the wrong one win. The
    level of a prediction, its mean over the distances, does not matter to fits of logarithms.
    """
    curve = np.mean([fits[name].logs for name in COMPARED], axis=0)
    noise = np.log(profiles) - curve + curve.mean(axis=1, keepdims=True)
    return noise - np.median(noise, axis=0)
