"""How often the test of exponential mixtures is right, in simulated studies with a known truth.

python benchmarks/mixtures.py [--study results] [--arm TEXT] [--studies 100] [--windows 8 32 128 256]

Each study draws its windows from the noise of single predictions of a real arm, as the test itself
estimates it, or of a stand-in. Each prediction has a curve of its own: truths are populations
of power laws and of exponentials that match the arm, the same with one common curve, half of each,
and stretched exponentials. The noise is the truth here, so the test has to estimate it anew.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from simulate import Pool, as_sample, draw, pools

from token_influence.decay.fits import RangedSample
from token_influence.decay.mixtures import MIXTURE, POWER_LAWS, UNDECIDED, mixture_test
from token_influence.decay.populations import matched
from token_influence.decay.resampling import draw_counts
from token_influence.decay.settings import Bootstrap
from token_influence.decay.single_fits import EXPONENTIAL, POWER_LAW, residuals, single_fits
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict

DISTANCES = 100
R = np.arange(1.0, DISTANCES + 1)
RESAMPLES, SIMULATED = 250, 1024
VERDICTS = (POWER_LAWS, MIXTURE, UNDECIDED)
Curves = Callable[[np.ndarray], np.ndarray]
"""ln g [N, distances] of predictions with the normal scores z [N]."""


@dataclass(frozen=True)
class World:
    """Truths, by name, and the noise that they share."""

    truths: dict[str, Curves]
    noise: Pool


def world(pool: Pool) -> World:
    """The truths matched to a pool of real profiles."""
    profiles = pool.median * np.exp(pool.residuals)
    fits = single_fits(R, profiles)
    noise = residuals(profiles, fits)
    power_laws = matched(POWER_LAW, R, profiles, noise)
    exponentials = matched(EXPONENTIAL, R, profiles, noise)
    stretched = FAMILIES["stretched_exponential"]
    median = estimate(stretched, R, pool.median, None, "log")
    middle = np.log(predict(stretched, median, R))

    def half(z: np.ndarray) -> np.ndarray:
        first = (np.arange(len(z)) % 2 == 0)[:, None]
        return np.where(first, power_laws.logs(R, z), exponentials.logs(R, z))

    truths = {
        "power laws, p varied": lambda z: power_laws.logs(R, z),
        "power laws, p common": lambda z: replace(power_laws, spread=0.0, slope=0.0).logs(R, z),
        "exponentials, ξ varied": lambda z: exponentials.logs(R, z),
        "exponentials, ξ common": lambda z: replace(exponentials, spread=0.0).logs(R, z),
        "half of each": half,
        f"stretched, κ = {median.theta[0, 1]:.2f}": lambda z: np.repeat(middle, len(z), axis=0),
    }
    return World(truths, replace(pool, residuals=noise, jitter=0.0))


def study(
    noise: Pool, curves: Curves, windows: int, seed: int, simulated: int = SIMULATED
) -> tuple[str, list[float]]:
    """The verdict on one simulated study, with its share and the two that it is compared with."""
    rng = np.random.default_rng([seed, windows])
    drawn, clusters = draw(noise, windows, rng)
    values = np.exp(curves(rng.standard_normal(len(drawn))) + drawn)
    bootstrap = Bootstrap(resamples=RESAMPLES, seed=seed)
    sample = replace(
        as_sample(values, clusters, seed), counts=draw_counts([windows], [seed], bootstrap)
    )
    test = mixture_test(RangedSample(sample, 1, DISTANCES, "log", None), bootstrap, simulated)
    return test.verdict, [test.share, *(truth.share for truth in test.truths.values())]


def row(noise: Pool, curves: Curves, windows: int, studies: int) -> str:
    """Verdicts in % and mean shares of `studies` studies."""
    verdicts, values = zip(
        *(study(noise, curves, windows, seed) for seed in range(studies)), strict=True
    )
    counted = Counter(verdicts)
    found = "".join(f"  {100 * counted[verdict] / studies:19.1f}" for verdict in VERDICTS)
    return found + "".join(f"  {value:11.3f}" for value in np.mean(values, axis=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="results folder of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=100)
    parser.add_argument("--windows", type=int, nargs="+", default=[8, 32, 128, 256])
    arguments = parser.parse_args()
    for name, pool in pools(arguments.study, arguments.arm, DISTANCES).items():
        print(f"{name}: {pool.windows} windows, {arguments.studies} studies a row, verdicts in %")
        columns = [*(f"{verdict:>19}" for verdict in VERDICTS)]
        columns += [f"{name:>11}" for name in ("share", "exponential", "power law")]
        print(f"  {'truth':24}  windows" + "".join(f"  {column}" for column in columns))
        known = world(pool)
        for truth, curves in known.truths.items():
            for windows in arguments.windows:
                text = row(known.noise, curves, windows, arguments.studies)
                print(f"  {truth:24}  {windows:7d}{text}", flush=True)
