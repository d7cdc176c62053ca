"""How often 95 % intervals of p hold the truth, in simulated studies.

python benchmarks/coverage.py [--study results] [--arm TEXT] [--studies 1000]

Every study draws its windows from the residuals of real profiles (see simulate.py) around a power
law. In the stress setting p differs between windows; the truth is then the fit to the population's
median.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.stats import norm
from simulate import Pool, draw, pools, smooth_median

from token_influence.families import FAMILIES
from token_influence.intervals import METHODS, Bootstrap, interval
from token_influence.medians import weighted_medians
from token_influence.separable import fit

GAMMA, BETA, P = 0.02, 0.5, 0.85
WINDOWS = (6, 10, 14, 24, 32)
GATED = 14  # windows from which on the intervals have to hold
FAMILY = FAMILIES["power_law"]
DISTANCES = 100
R = np.arange(1.0, DISTANCES + 1)


def curve(p: np.ndarray) -> np.ndarray:
    return GAMMA + BETA * (R + 1) ** -p


def truth(pool: Pool, spread: float) -> float:
    """p of the population's median profile, when p is normal over windows with this spread."""
    if spread == 0:
        return P
    ranks = (np.arange(101) + 0.5) / 101
    shares = [np.log(curve(p)) + pool.residuals for p in P + spread * norm.ppf(ranks)]
    median = np.exp(smooth_median(np.concatenate(shares), pool.jitter))
    return float(fit(FAMILY, R, median[None]).theta[0, 0])


def simulate(pool: Pool, windows: int, spread: float, studies: int) -> str:
    """One row of the table: coverage of every method, and the mean width of its intervals."""
    rng = np.random.default_rng([windows, round(1000 * spread)])
    right = truth(pool, spread)
    held: dict[str, list[bool]] = {method: [] for method in METHODS}
    width: dict[str, list[float]] = {method: [] for method in METHODS}
    estimates = []
    for _ in range(studies):
        residuals, clusters = draw(pool, windows, rng)
        exponents = P + spread * rng.standard_normal(windows)
        values = curve(exponents[clusters, None]) * np.exp(residuals)
        counts = rng.multinomial(windows, np.full(windows, 1 / windows), 1000)
        estimate = fit(FAMILY, R, np.median(values, axis=0)[None]).theta[0, 0]
        resampled = fit(FAMILY, R, weighted_medians(values, clusters, counts)).theta[:, 0]
        estimates.append(estimate)
        for method in METHODS:
            found = interval(estimate, resampled, Bootstrap(method=method), windows, 1)
            known = found["low"] is not None
            held[method].append(known and found["low"] <= right <= found["high"])
            width[method].append(found["high"] - found["low"] if known else np.inf)
    cells = [f"{np.mean(held[m]):6.1%} ({np.median(width[m]):.2f})" for m in METHODS]
    gated = "gated" if windows >= GATED else "reported"
    return (
        f"  {windows:7d}  {spread:6.2f}  {right:.3f}  {np.nanmean(estimates):.3f} ± "
        f"{np.nanstd(estimates):.3f}  {'  '.join(f'{cell:>18}' for cell in cells)}  {gated}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="results folder of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--windows", type=int, nargs="+", default=WINDOWS)
    arguments = parser.parse_args()
    for name, pool in pools(arguments.study, arguments.arm, DISTANCES).items():
        print(f"{name}: {pool.windows} windows, {arguments.studies} studies a row")
        print("  windows  spread  truth  estimate      " + "  ".join(f"{m:>18}" for m in METHODS))
        for spread in (0.0, 0.2):
            for windows in arguments.windows:
                print(simulate(pool, windows, spread, arguments.studies), flush=True)
