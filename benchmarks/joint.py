"""How often the 95 % region of p and γ holds the truth, in simulated studies.

python benchmarks/joint.py [--study results] [--arm TEXT] [--studies 300] [--windows 14 32 128]

Every study draws its windows from the residuals of real profiles (see simulate.py) around a power
law with γ = 0.02. Beside the region: the box of the two 95 % intervals, and its area in units of
the region's.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.path import Path as Polygon
from simulate import Pool, draw, pools

from token_influence.decay.joint import joint_region
from token_influence.decay.resampling import draw_counts, weighted_medians
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit

GAMMA, BETA, P = 0.02, 0.5, 0.85
LEVEL = 0.95
R = np.arange(1.0, 101.0)


def area(polygon: np.ndarray) -> float:
    """The area inside corners [n, 2]."""
    following = np.roll(polygon, -1, axis=0)
    return abs(polygon[:, 0] @ following[:, 1] - polygon[:, 1] @ following[:, 0]) / 2


def row(pool: Pool, windows: int, studies: int) -> str:
    """Coverage of the region and of the box, correlation and relative area, as text."""
    rng = np.random.default_rng([windows])
    found = []
    for study in range(studies):
        residuals, clusters = draw(pool, windows, rng)
        values = (GAMMA + BETA * (R + 1) ** -P) * np.exp(residuals)
        counts = draw_counts([windows], [0], Bootstrap(seed=study))
        fits = fit(FAMILIES["power_law"], R, weighted_medians(values, clusters, counts))
        points = np.column_stack([fits.theta[:, 0], fits.gamma])
        region = joint_region(points, LEVEL)
        polygon = np.array(region["polygon"])
        low, high = np.nanquantile(points, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        inside = Polygon(polygon).contains_point((P, GAMMA))
        boxed = bool(np.all((low <= (P, GAMMA)) & (high >= (P, GAMMA))))
        found.append((inside, boxed, region["correlation"], np.prod(high - low) / area(polygon)))
    inside, boxed, *others = np.array(found, dtype=float).T
    correlation, ratio = map(np.median, others)
    return f"{inside.mean():6.1%}  {boxed.mean():6.1%}  {correlation:11.2f}  {ratio:10.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="results folder of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--windows", type=int, nargs="+", default=(14, 32, 128))
    arguments = parser.parse_args()
    for name, pool in pools(arguments.study, arguments.arm, len(R)).items():
        print(f"{name}: {pool.windows} windows, {arguments.studies} studies a row")
        print("  windows  region     box  correlation  box/region")
        for number in arguments.windows:
            print(f"  {number:7d}  {row(pool, number, arguments.studies)}", flush=True)
