"""How often the verdicts on the response (docs/verdicts.md) are right in simulated studies.

python benchmarks/response_verdicts.py --study results/studies/response [--studies 200]
    [--arm TEXT] [--resamples 250] [--windows 8 16 32] [--tables decay linearity] [--jobs 2]

As in verdicts.py, every study draws whole windows from the residuals of a real arm (see simulate.py)
around a truth, and the right verdict is what the rule says of the truth without noise. Two tables:

decay: the effect of interventions follows a true curve at the distances of the study;
linearity: the median linearity radius is a stated multiple of the step that is judged, at all distances
or at all but one. On the edge (a radius equal to the step), either side is right.
"""

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from simulate import Pool, centred, draw
from verdicts import Curves, shares

from token_influence.claims.findings import NO, OPEN, YES, all_of, decays, rather_power_law
from token_influence.claims.responses import linear_up_to
from token_influence.decay.effects import LEVEL, RIVAL
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import POWER_LAW
from token_influence.response.decays import NEAREST, ROWS, fits_table, long_effects
from token_influence.response.linearity import BOUND, crossings, radius_table, with_errors
from token_influence.response.linearity import ROWS as MOVES

TABLES = ("decay", "linearity")
FAMILIES = (POWER_LAW, RIVAL)
STEP, EPSILONS = 0.1, (1e-4, 1.0)
RADII = {
    "twice the step": (2.0, 2.0, YES),
    "1.2 times the step": (1.2, 1.2, YES),
    "the step": (1.0, 1.0, OPEN),
    "0.8 times the step": (0.8, 0.8, NO),
    "half the step": (0.5, 0.5, NO),
    "twice the step, half at one distance": (2.0, 0.5, NO),
}
"""Name: the radius in steps, the one at the farthest distance, and the right answer."""


@dataclass(frozen=True)
class Cell:
    """Studies of so many windows, around a truth [distances], with one arm's residuals."""

    pool: Pool
    distances: tuple[int, ...]
    truth: np.ndarray
    windows: int
    resamples: int


def pools(study: Path) -> Iterator[tuple[str, str, tuple[int, ...], Pool]]:
    """Kind (`decay`, `linearity`), name, distances and pool of every arm that the study has measured."""
    for folder in sorted((study / "response").rglob("interventions")):
        arm = folder.parent.relative_to(study / "response").as_posix()
        effects = long_effects(read(folder))
        for names, rows in effects[effects["distance"] >= NEAREST].groupby(
            ["intervention", "effect"], sort=False
        ):
            wide = rows.pivot(index=ROWS, columns="distance", values="size").dropna()
            yield "decay", " ".join([arm, *map(str, names)]), *pool_of(wide)
        steps = with_errors(read(folder.with_name("perturbations")))
        for direction, rows in steps.groupby("direction"):
            errors = rows.pivot(index=[*MOVES, "distance"], columns="epsilon", values="error")
            radius = crossings(errors.columns.to_numpy(), errors.to_numpy(), BOUND)
            wide = pd.Series(radius, errors.index).unstack("distance")
            yield "linearity", f"{arm} {direction}", *pool_of(wide)


def read(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("seed*.parquet"))
    return pd.concat(
        [pd.read_parquet(f).assign(seed=int(f.stem.removeprefix("seed"))) for f in files]
    )


def pool_of(wide: pd.DataFrame) -> tuple[tuple[int, ...], Pool]:
    """The pool of a table with a row per prediction and a column per distance."""
    names = [(int(seed), int(window)) for seed, window, *_ in wide.index]
    order = sorted(set(names))
    log = np.log(np.maximum(wide.to_numpy(), np.finfo(np.float32).tiny))
    return tuple(map(int, wide.columns)), centred(log, np.array([order.index(n) for n in names]))


def truths(pool: Pool, r: np.ndarray) -> Curves:
    """True curves from the pool's median at the nearest distance down to a tenth of it."""
    height = pool.median[0]
    shapes = {f"power law {p}": ((r + 1) / 2) ** -p for p in (0.6, 0.8, 1.0, 1.2)}
    shapes |= {f"exponential {xi}": np.exp(-(r - 1) / xi) for xi in (4, 9, 20)}
    blend = 0.7 * shapes["power law 0.8"] + 0.3 * shapes["exponential 9"]
    shapes["blend 70% power law"] = blend
    curves = {name: height * (0.1 + 0.9 * shape) for name, shape in shapes.items()}
    return curves | {
        "weak decay": height * (1 + 0.5 * (r + 1) ** -0.8),
        "flat": np.full(len(r), height),
        "rising": height * (1 + r / r[-1]),
    }


def long(values: np.ndarray, clusters: np.ndarray, distances: tuple[int, ...]) -> pd.DataFrame:
    """Sizes [predictions, distances] as a table of effects; the window of each row in `clusters`."""
    rows, columns_of = np.indices(values.shape)
    return pd.DataFrame(
        {
            "seed": 0,
            "window": clusters[rows.ravel()],
            "position": rows.ravel(),
            "draw": 0,
            "distance": np.array(distances)[columns_of.ravel()],
            "intervention": "simulated",
            "effect": "log_p",
            "size": values.ravel(),
        }
    )


def decay_answer(cell: Cell, number: int) -> str:
    """The answer in study `number`: a power law?"""
    table = long(*simulated(cell, number), cell.distances)
    bootstrap = Bootstrap(resamples=cell.resamples, seed=number)
    fits = fits_table(table, [], FAMILIES, "linear", bootstrap)
    return power_law(fits)


def power_law(fits: pd.DataFrame) -> str:
    families = {str(row["family"]): row for row in fits.to_dict("records")}
    return all_of([decays(families), rather_power_law(families)]).answer


def linear_answer(cell: Cell, number: int) -> str:
    """The answer in study `number`: linear up to `STEP`?"""
    values, clusters = simulated(cell, number)
    table = long(np.clip(values, *EPSILONS), clusters, cell.distances)
    bootstrap = Bootstrap(resamples=cell.resamples, seed=number, interval=LEVEL)
    steps = pd.concat(table.assign(epsilon=e, error=e * BOUND / table["size"]) for e in EPSILONS)
    answer = linear_up_to(radius_table(steps.assign(direction=""), [], bootstrap), STEP)
    assert answer is not None
    return answer.answer


def simulated(cell: Cell, number: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([cell.windows, number])
    residuals, clusters = draw(cell.pool, cell.windows, rng)
    return cell.truth * np.exp(residuals), clusters


def noise_free(curve: np.ndarray, distances: tuple[int, ...]) -> str:
    """What the rule says of a curve without noise."""
    windows = 64
    values, clusters = np.tile(curve, (windows, 1)), np.arange(windows)
    fits = fits_table(
        long(values, clusters, distances), [], FAMILIES, "linear", Bootstrap(resamples=20)
    )
    return power_law(fits)


def print_row(name: str, right: str, found: Iterator[list[str]]) -> float:
    """One line of a table; the largest share of wrong answers in it."""
    counted = [shares(answers, right) for answers in found]
    line = "".join(f"{one!s:>18}" for one in counted)
    print(f"  {name:38} {right:5}{line}", flush=True)
    return max(one.wrong for one in counted)


def main(arguments: argparse.Namespace) -> None:
    print(f"{arguments.studies} studies a cell, {arguments.resamples} resamples; % right / wrong ±")
    print(f"  {'truth':38} right" + "".join(f"{n:>18}" for n in arguments.windows))
    worst = dict.fromkeys(arguments.tables, 0.0)
    with ProcessPoolExecutor(arguments.jobs) as workers:

        def answers(of: Callable[[Cell, int], str], *cell) -> Iterator[list[str]]:
            for windows in arguments.windows:
                one = Cell(*cell, windows=windows, resamples=arguments.resamples)
                yield list(workers.map(partial(of, one), range(arguments.studies), chunksize=10))

        for kind, name, distances, pool in pools(arguments.study):
            if arguments.arm not in name or kind not in arguments.tables:
                continue
            print(f"{kind}: {name}")
            if kind == "decay":
                for truth, curve in truths(pool, np.array(distances, dtype=float)).items():
                    right = noise_free(curve, distances)
                    found = answers(decay_answer, pool, distances, curve)
                    worst[kind] = max(worst[kind], print_row(truth, right, found))
            else:
                for truth, (all_, farthest, right) in RADII.items():
                    radii = STEP * np.array([*[all_] * (len(distances) - 1), farthest])
                    found = answers(linear_answer, pool, distances, radii)
                    worst[kind] = max(worst[kind], print_row(truth, right, found))
    for kind, share in worst.items():
        print(f"largest share of wrong verdicts, {kind}: {share:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, default=Path("results"), help="results of a study")
    parser.add_argument("--arm", default="", help="text in the names of the arms to take")
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--resamples", type=int, default=250)
    parser.add_argument("--windows", type=int, nargs="+", default=(8, 16, 32))
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--jobs", type=int, default=2)
    main(parser.parse_args())
