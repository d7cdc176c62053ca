"""How often the rules of docs/verdicts.md are right, wrong or undecided, in simulated studies.

python benchmarks/verdicts.py --study results [--arm TEXT] [--studies 200] [--resamples 250]
    [--windows 8 32 128 256] [--truths TEXT ...] [--tables errors windows resamples loss] [--jobs 2]

Every study draws its windows from the residuals of a real arm (see simulate.py) around a true curve.
The right verdict of a cell is what the rule says of that curve without noise; where the curve lies on
the rule's own edge, either side is right. Two columns: the exponent (claim 1), and power-law decay
(claims 2 and 3; claim 4 is its opposite, so that a wrong "reproduced" of one is a wrong "not
reproduced" of the other). Four tables:

errors: the share of right, wrong and undecided verdicts; cells with 2 to 8 % of wrong ones get five
times as many studies;
windows: from how many windows on the right verdict comes in 80 % of studies, and what the rules
themselves name as the number of windows that would decide, at 32 windows (median);
resamples: the verdicts with as many resamples as elsewhere, beside those with 1,000;
loss: the rise of the loss in shuffled text (claim 3), from the losses of the real windows.
"""

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from simulate import Pool, as_sample, draw, real_pools

from token_influence.claims.findings import (
    NO,
    OPEN,
    YES,
    Finding,
    Fits,
    all_of,
    decays,
    exponent_within,
    loss_collapses,
    rather_power_law,
)
from token_influence.decay.effects import RIVAL, near_to_far, nearness
from token_influence.decay.fits import fit_range, on_range
from token_influence.decay.judgement import judge
from token_influence.decay.resampling import draw_counts
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES, POWER_LAW
from token_influence.fitting.least_squares import estimate, parameter_values, predict

DISTANCES = 100
R = np.arange(1.0, DISTANCES + 1)
WINDOWS = (8, 32, 128, 256)
LADDER = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
OFTEN = 0.8
SUSPICIOUS, MORE = (0.02, 0.08), 5
MANY = 10**9  # windows of a curve without noise
ENDS = ("", "_low", "_high")
DECIDED = ("power law 0.8", *(f"exponential {xi}" for xi in (4, 7, 9, 20)))

Curves = dict[str, np.ndarray]
Answers = dict[str, Finding]


def questions(fits: Fits) -> Answers:
    """The two questions behind the claims: the exponent, and power-law decay."""
    decay = [decays(fits), rather_power_law(fits)]
    return {"exponent": all_of([*decay, exponent_within(fits)]), "decay": all_of(decay)}


# True curves


def best(family: str, profile: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """The family's best fit to a profile [distances], as a curve and as parameters."""
    fits = estimate(FAMILIES[family], R, profile, None, "linear")
    names = FAMILIES[family].parameters
    values = {name: float(parameter_values(FAMILIES[family], fits, name)[0]) for name in names}
    return predict(FAMILIES[family], fits, R)[0], values


def truths(profile: np.ndarray) -> Curves:
    """The true curves, with the floor and the height at r = 1 that a profile's power law has."""
    power, values = best(POWER_LAW, profile)
    gamma = values["gamma"]
    height = power[0] - gamma
    power_law = {p: ((R + 1) / 2) ** -p for p in (0.6, 0.7, 0.8, 0.9, 1.0, 1.2)}
    exponential = {xi: np.exp(-(R - 1) / xi) for xi in (4, 7, 9, 20)}
    curves = {f"power law {p}": gamma + height * shape for p, shape in power_law.items()}
    curves |= {f"exponential {xi}": gamma + height * shape for xi, shape in exponential.items()}
    curves |= {f"stretched {kappa}": stretched(kappa, profile) for kappa in (0.3, 0.5, 0.7)}
    for share in (0.7, 0.3):
        shape = share * power_law[0.8] + (1 - share) * exponential[7]
        curves[f"blend {share:.0%} power law"] = gamma + height * shape
    level = float(np.median(profile))
    return curves | {
        "weak decay": 0.04 + 0.02 * (R + 1) ** -0.8,
        "flat": np.full(DISTANCES, level),
        "rising": level * (1 + R / DISTANCES),
    }


def stretched(kappa: float, profile: np.ndarray) -> np.ndarray:
    """The stretched exponential with exponent κ that fits a profile [distances] best."""

    def curve(values: np.ndarray) -> np.ndarray:
        gamma, beta, log_xi = values
        return gamma + beta * np.exp(-((R / np.exp(log_xi)) ** kappa))

    start = [profile[-1], profile[0], 1.0]
    bounds = ([0, 0, -20], [np.inf, np.inf, 10])
    found = least_squares(
        lambda v: curve(v) - profile, start, bounds=bounds, x_scale=[0.01, 0.1, 1]
    )
    return curve(found.x)


def noise_free(curve: np.ndarray) -> Fits:
    """The numbers that the rules look at, of a curve without noise: intervals have no width."""
    power, values = best(POWER_LAW, curve)
    rival, _ = best(RIVAL, curve)
    place = float(nearness(curve[None], power[None], rival[None], None, "linear")[0])
    numbers = {"near_to_far": float(near_to_far(curve[None])[0]), "p": round(values["p"], 6)}
    row = {f"{name}{end}": value for name, value in numbers.items() for end in ENDS}
    return {
        POWER_LAW: row
        | {
            "windows": MANY,
            "predictions": MANY,
            "identified": np.isfinite(values["p"]),
            "reason": "",
        },
        RIVAL: {f"nearness{end}": place for end in ENDS},
    }


# Simulated studies


@dataclass(frozen=True)
class Cell:
    """Studies of so many windows, around one curve [distances], with one arm's residuals."""

    pool: Pool
    curve: np.ndarray
    windows: int
    resamples: int
    seed: tuple[int, ...]


def study(cell: Cell, number: int) -> Answers:
    """The rules' answers in study `number` of a cell."""
    rng = np.random.default_rng([*cell.seed, cell.windows, number])
    residuals, clusters = draw(cell.pool, cell.windows, rng)
    bootstrap = Bootstrap(resamples=cell.resamples, seed=number)
    sample = as_sample(cell.curve * np.exp(residuals), clusters, number)
    sample = replace(sample, counts=draw_counts([cell.windows], [0], bootstrap))
    fits = fit_range(on_range(sample, 1, DISTANCES, "linear", "uniform"), (POWER_LAW, RIVAL))
    judged = judge(fits, (RIVAL,), bootstrap)
    power = judged.judgements[POWER_LAW]
    near = judged.comparisons[RIVAL].nearness
    numbers = {"near_to_far": judged.trend.near_to_far, "p": power.parameters["p"]}
    row = {
        f"{n}{end}": v for n, i in numbers.items() for end, v in zip(ENDS, limits(i), strict=True)
    }
    identified = {"identified": power.reason is None, "reason": power.reason}
    sizes = {"windows": cell.windows, "predictions": len(residuals)}
    return questions(
        {
            POWER_LAW: row | identified | sizes,
            RIVAL: dict(zip((f"nearness{end}" for end in ENDS), limits(near), strict=True)),
        }
    )


def limits(interval) -> tuple[float | None, float | None, float | None]:
    return interval.estimate, interval.low, interval.high


Run = Callable[[Cell, Sequence[int]], list[Answers]]


def runner(workers: ProcessPoolExecutor) -> Run:
    """The answers of some studies of a cell, in several processes."""
    return lambda cell, numbers: list(workers.map(partial(study, cell), numbers, chunksize=10))


@dataclass(frozen=True)
class Shares:
    """The shares of right, wrong and open answers, among so many studies."""

    right: float
    wrong: float
    open: float
    studies: int

    @property
    def error(self) -> float:
        """The standard error of the wrong share."""
        return (self.wrong * (1 - self.wrong) / self.studies) ** 0.5

    def __str__(self) -> str:
        right, wrong, error = (100 * share for share in (self.right, self.wrong, self.error))
        return f"{right:z.1f} / {wrong:.1f} ± {error:.1f}"


def shares(answers: Sequence[str], right: str) -> Shares:
    """How `answers` compare with the right one; where that is open, on the edge, none is wrong."""
    given = np.array(answers)
    undecided = float(np.mean(given == OPEN))
    wrong = 0.0 if right == OPEN else float(np.mean((given != right) & (given != OPEN)))
    return Shares(1 - undecided - wrong, wrong, undecided, len(given))


# Tables


def errors_table(run: Run, cells: dict[str, Curves], arms, arguments) -> None:
    """Print the shares of every cell, and the largest share of wrong answers."""
    print(
        "  % right / wrong ± its standard error (the rest is undecided), by the number of windows"
    )
    head = "".join(f"{windows:>18}" for windows in arguments.windows)
    print(f"  {'truth':22} question  right{head}")
    worst = 0.0
    for arm, curves in cells.items():
        print(f"{arm}")
        for at, (name, curve) in enumerate(curves.items()):
            right = questions(noise_free(curve))
            row: dict[str, list[Shares]] = {question: [] for question in right}
            for windows in arguments.windows:
                cell = Cell(arms[arm], curve, windows, arguments.resamples, (at,))
                for question, found in shares_of(run, cell, arguments.studies, right).items():
                    row[question].append(found)
                    worst = max(worst, found.wrong)
            for question, found in row.items():
                truth = {YES: "yes", NO: "no", OPEN: "edge"}[right[question].answer]
                line = "".join(f"{shares!s:>18}" for shares in found)
                print(f"  {name:22} {question:8}  {truth:5}{line}", flush=True)
    print(f"largest share of wrong verdicts: {worst:.1%}")


def shares_of(run: Run, cell: Cell, studies: int, right: Answers) -> dict[str, Shares]:
    """The shares of each question's answers; from more studies where the wrong ones are suspicious."""
    found = run(cell, range(studies))

    def counted() -> dict[str, Shares]:
        return {q: shares([a[q].answer for a in found], right[q].answer) for q in right}

    low, high = SUSPICIOUS
    if any(low <= one.wrong <= high for one in counted().values()):
        found += run(cell, range(studies, MORE * studies))
    return counted()


def windows_table(run: Run, cells: dict[str, Curves], arms, arguments) -> None:
    """Print from how many windows on the right answer comes in 80 % of studies."""
    print(f"  windows from which on the right verdict comes in {OFTEN:.0%} of studies")
    for arm, curves in cells.items():
        print(f"{arm}")
        for at, name in enumerate(name for name in DECIDED if name in curves):
            curve = curves[name]
            right = {key: found.answer for key, found in questions(noise_free(curve)).items()}
            reached: dict[str, int] = {}
            hints: dict[str, str] = {}
            for windows in LADDER:
                cell = Cell(arms[arm], curve, windows, arguments.resamples, (100 + at,))
                found = run(cell, range(arguments.studies))
                for key, answer in right.items():
                    if windows == 32:
                        named = [a[key].windows for a in found if a[key].windows is not None]
                        hints[key] = f"{np.median(named):.0f}" if named else "—"
                    good = shares([a[key].answer for a in found], answer)
                    if good.right >= OFTEN:
                        reached.setdefault(key, windows)
                if len(reached) == len(right) and windows >= 32:
                    break
            text = "   ".join(
                f"{key} {reached.get(key, f'> {LADDER[-1]}')!s:>5} (named at 32: {hints[key]})"
                for key in right
            )
            print(f"  {name:22} {text}", flush=True)


def resamples_table(run: Run, cells: dict[str, Curves], arms, arguments) -> None:
    """Print how the answers change with 1,000 resamples."""
    print(f"  verdicts with {arguments.resamples} and with 1,000 resamples: % that differ, % wrong")
    for arm, curves in cells.items():
        for name in ("power law 0.8", "blend 70% power law", "weak decay", "flat"):
            if name not in curves:
                continue
            right = questions(noise_free(curves[name]))
            few, many = (
                run(Cell(arms[arm], curves[name], 32, count, (200,)), range(arguments.studies))
                for count in (arguments.resamples, 1000)
            )
            for key, finding in right.items():
                pair = [[a[key].answer for a in answers] for answers in (few, many)]
                differ = np.mean(np.array(pair[0]) != np.array(pair[1]))
                wrong = [shares(answers, finding.answer).wrong for answers in pair]
                print(
                    f"  {arm} {name:22} {key:9} {100 * differ:4.1f}  "
                    f"{100 * wrong[0]:4.1f} and {100 * wrong[1]:4.1f}",
                    flush=True,
                )


def loss_table(study_folder: Path, arguments) -> None:
    """Print the answers on the rise of the loss, around true rises, from the real windows' losses."""
    print("  rise of the loss: % yes / no / open")
    rng = np.random.default_rng(3)
    for intact in sorted((study_folder / "predictions").glob("*/trained/*/intact")):
        shuffled = intact.with_name("shuffled")
        if not shuffled.exists():
            continue
        before, after = (window_losses(folder) for folder in (intact, shuffled))
        for rise in (0.0, 0.5, 0.9, 1.0, 1.1, 2.0):
            shift = rise - (after - before).mean()
            for windows in arguments.windows:
                answers = []
                for _ in range(arguments.studies):
                    drawn = rng.integers(len(before), size=windows)
                    pair = before[drawn], after[drawn] + shift
                    error = sum(part.std(ddof=1) / np.sqrt(windows) for part in pair)
                    difference = float(pair[1].mean() - pair[0].mean())
                    answers.append(loss_collapses(difference, float(error), windows).answer)
                counts = [100 * answers.count(key) / len(answers) for key in (YES, NO, OPEN)]
                text = " / ".join(f"{count:5.1f}" for count in counts)
                print(f"  {intact.parent.name:12} {rise:.1f} nat  {windows:4d}  {text}", flush=True)


def window_losses(folder: Path) -> np.ndarray:
    """The mean loss of each window of an arm, seeds one after the other."""
    frames = [pd.read_parquet(path) for path in sorted(folder.glob("seed*.parquet"))]
    return np.concatenate([frame.groupby("window")["nll"].mean().to_numpy() for frame in frames])


def cells_of(arms: dict[str, Pool], chosen: Sequence[str]) -> dict[str, Curves]:
    """The true curves of every arm; an arm that does not fall gets those of the first that does."""
    own = {arm: pool.median for arm, pool in arms.items() if near_to_far(pool.median[None])[0] > 2}
    profiles = {arm: own.get(arm, next(iter(own.values()), None)) for arm in arms}
    result = {}
    for arm, profile in profiles.items():
        if profile is None:
            raise SystemExit("no arm of the study falls: there are no true curves to build")
        curves = truths(profile)
        result[arm] = {n: c for n, c in curves.items() if not chosen or any(t in n for t in chosen)}
    return result


def main(arguments: argparse.Namespace) -> None:
    pools = real_pools(arguments.study, DISTANCES)
    arms = {name: pool for name, pool in pools.items() if arguments.arm in name}
    arms = {name: pool for name, pool in arms.items() if name.endswith("/true_logit")}
    if not arms:
        raise SystemExit(f"no arm of {arguments.study} has {arguments.arm!r} in its name")
    cells = cells_of(arms, arguments.truths)
    print(f"{arguments.studies} studies a cell, {arguments.resamples} resamples")
    with ProcessPoolExecutor(arguments.jobs) as workers:
        run = runner(workers)
        if "errors" in arguments.tables:
            errors_table(run, cells, arms, arguments)
        if "windows" in arguments.tables:
            windows_table(run, cells, arms, arguments)
        if "resamples" in arguments.tables:
            resamples_table(run, cells, arms, arguments)
    if "loss" in arguments.tables:
        loss_table(arguments.study, arguments)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tables = ("errors", "windows", "resamples", "loss")
    parser.add_argument("--study", type=Path, default=Path("results"), help="results of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--resamples", type=int, default=250)
    parser.add_argument("--windows", type=int, nargs="+", default=WINDOWS)
    parser.add_argument("--truths", nargs="*", default=(), help="text in the names of the curves")
    parser.add_argument("--tables", nargs="+", choices=tables, default=tables)
    parser.add_argument("--jobs", type=int, default=2)
    main(parser.parse_args())
