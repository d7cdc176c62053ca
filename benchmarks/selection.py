"""How often cross-validation finds the family that profiles were simulated from.

python benchmarks/selection.py [--study results] [--arm TEXT] [--studies 300] [--windows 32]

The truth is each family in turn, fitted to the arm's median profile; noise is the residuals of real
profiles (see simulate.py). A rival counts as distinguishable when its best fit to the true curve is
off by at least two standard errors of a study's median (root mean square over distances).
"""

import argparse
from pathlib import Path

import numpy as np
from simulate import Pool, as_sample, draw, pools

from token_influence.decay.comparison import compare, cross_validated
from token_influence.decay.fits import on_range
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict

DISTANCES = 100
R = np.arange(1.0, DISTANCES + 1)
NAMES = list(FAMILIES)
APART = 2.0


def true_curve(family: str, pool: Pool) -> np.ndarray:
    """The family's best fit [distances] to the pool's median profile.

    The logarithmic family can fall below 0; its γ is then raised to make the curve positive.
    """
    fits = estimate(FAMILIES[family], R, pool.median, None, "linear")
    curve = predict(FAMILIES[family], fits, R)[0]
    return curve if curve.min() > 0 else curve - curve.min() + pool.median.min() / 2


def standard_errors(pool: Pool, truth: np.ndarray, windows: int) -> np.ndarray:
    """Standard error [distances] of a study's median profile around `truth`."""
    rng = np.random.default_rng(1)
    medians = [np.median(truth * np.exp(draw(pool, windows, rng)[0]), axis=0) for _ in range(500)]
    return np.std(medians, axis=0)


def distances_apart(truth: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Root mean square distance of every family's best fit from `truth`, in standard errors."""
    fits = [
        predict(FAMILIES[name], estimate(FAMILIES[name], R, truth, None, "linear"), R)[0]
        for name in NAMES
    ]
    return np.array([np.sqrt(np.mean(((fit - truth) / errors) ** 2)) for fit in fits])


def verdicts(pool: Pool, truth: np.ndarray, windows: int, studies: int, seed: int):
    """Errors [studies, families, folds] of simulated studies of `truth`."""
    rng = np.random.default_rng([seed, windows])
    result = []
    for study in range(studies):
        residuals, clusters = draw(pool, windows, rng)
        sample = as_sample(truth * np.exp(residuals), clusters, study)
        ranged = on_range(sample, 1, DISTANCES, "linear", "uniform")
        result.append(cross_validated(ranged, NAMES))
    return np.array(result)


def run(name: str, pool: Pool, windows: int, studies: int) -> None:
    print(f"{name}: {pool.windows} windows, {studies} studies of {windows} windows per family")
    print("  percentage of studies that a family has the least error in; [ ]: not distinguishable")
    print(" " * 27 + "".join(f"{at + 1:>8}" for at in range(len(NAMES))) + "  wins or ties, %")
    for at, family in enumerate(NAMES):
        truth = true_curve(family, pool)
        apart = distances_apart(truth, standard_errors(pool, truth, windows))
        rivals = [i for i in range(len(NAMES)) if i == at or apart[i] >= APART]
        errors = verdicts(pool, truth, windows, studies, at)
        # Only the truth and the rivals that the data can tell from it compete.
        mine = rivals.index(at)
        records = [compare(each[rivals]) for each in errors]
        good = np.mean([record[mine]["cv_verdict"] != "worse" for record in records])
        all_good = np.mean([compare(each)[at]["cv_verdict"] != "worse" for each in errors])
        first = np.bincount(errors.mean(axis=2).argmin(axis=1), minlength=len(NAMES)) / studies
        cells = [
            f"{100 * share:.1f}" if i in rivals else f"[{100 * share:.1f}]"
            for i, share in enumerate(first)
        ]
        print(
            f"  {at + 1} {family:23}"
            + "".join(f"{cell:>8}" for cell in cells)
            + f"  {100 * good:5.1f} against {len(rivals) - 1}, {100 * all_good:5.1f} against all",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="results folder of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--windows", type=int, default=32)
    arguments = parser.parse_args()
    for name, pool in pools(arguments.study, arguments.arm, DISTANCES).items():
        run(name, pool, arguments.windows, arguments.studies)
