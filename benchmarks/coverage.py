"""How often 95 % intervals of p hold the truth, in simulated studies.

python benchmarks/coverage.py [--study results] [--arm TEXT] [--studies 1000]
    [--tables windows documents initialisations] [--windows 14 24 32]

Every study draws its windows from the residuals of real profiles (see simulate.py) around a power
law. Groups of windows can share an effect of their own, normal in p and in the logarithm of the
level; the truth is then the fit to the population's median. Three tables:

windows: every window is a group, with no effect, or (the stress setting) one in p;
documents: several windows of a document share an effect; windows or documents are drawn, or
    ("auto") what the estimated variance between documents asks for;
initialisations: the windows of a seed share one; the seeds are held, or drawn as well.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy.special import ndtri
from simulate import Pool, draw, pools, smooth_median

from token_influence.decay.clusters import Nesting, clusters_by_variance
from token_influence.decay.intervals import METHODS, interval
from token_influence.decay.resampling import draw_counts, draw_counts_and_seeds, weighted_medians
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit

GAMMA, BETA, P = 0.02, 0.5, 0.85
WINDOWS = (6, 10, 14, 24, 32)
GATED = 14  # windows from which on the intervals have to hold
DOCUMENTS = ([8] * 4, [4] * 6, [8, 6, 4, 3, 2, 2, 2] + [1] * 5, [4] * 14, [2] * 5 + [1] * 22)
"""Windows of each document; the last are those of the default study."""
AUTO = ("auto", "")
INITIALISATIONS, PER_SEED = (2, 4, 8, 16), 16
SPREAD, LEVEL = 0.2, 0.3  # standard deviations of a group's effect in p and ln level
STRONG = 0.5  # in p, of documents that have nearly all in common
FAMILY = FAMILIES["power_law"]
DISTANCES = 100
R = np.arange(1.0, DISTANCES + 1)


@dataclass(frozen=True)
class Draws:
    """Resamples of a study: counts of each window by `draw`, of so many clusters in strata."""

    draw: Callable[[Bootstrap], np.ndarray]
    clusters: int
    strata: int = 1


@dataclass
class Tally:
    """Whether intervals held the truth, and how wide they were."""

    held: list[bool] = field(default_factory=list)
    width: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{np.mean(self.held):.1%} ({np.median(self.width):.2f})"


def curve(p: np.ndarray) -> np.ndarray:
    return GAMMA + BETA * (R + 1) ** -p


def truth(pool: Pool, spread: float, level: float) -> float:
    """p of the population's median profile, when groups have normal effects of these deviations."""
    if spread == level == 0:
        return P
    ranks = (np.arange(101) + 0.5) / 101
    shares = [np.log(curve(p)) + pool.residuals for p in P + spread * ndtri(ranks)]
    median = np.exp(smooth_median(np.concatenate(shares), float(np.hypot(pool.jitter, level))))
    return float(fit(FAMILY, R, median[None]).theta[0, 0])


def simulate(
    pool: Pool,
    groups: np.ndarray,
    spread: float,
    level: float,
    ways: dict[str, Draws],
    methods: tuple[str, ...],
    studies: int,
    auto: bool = False,
) -> str:
    """Part of a row: the truth, the estimates, and the coverage of every way and method with the
    median width. groups: int [windows], the group that each window shares its effects with;
    auto: the interval that the rule for `cluster: auto` takes is the last."""
    rng = np.random.default_rng([len(groups), int(groups.max()), round(1000 * spread)])
    right = truth(pool, spread, level)
    tallies = {(way, method): Tally() for way in ways for method in methods}
    tallies |= {AUTO: Tally()} if auto else {}
    estimates = []
    for study in range(studies):
        residuals, clusters = draw(pool, len(groups), rng)
        each = P + spread * rng.standard_normal(groups.max() + 1)
        levels = level * rng.standard_normal(groups.max() + 1)
        of = groups[clusters]
        values = curve(each[of, None]) * np.exp(levels[of, None] + residuals)
        estimate = fit(FAMILY, R, np.median(values, axis=0)[None]).theta[0, 0]
        estimates.append(estimate)
        found = {}
        for way, draws in ways.items():
            counts = draws.draw(Bootstrap(seed=study))
            resampled = fit(FAMILY, R, weighted_medians(values, clusters, counts)).theta[:, 0]
            for method in methods:
                settings = Bootstrap(method=method)
                found[way, method] = interval(
                    estimate, resampled, settings, draws.clusters, draws.strata
                )
        if auto:
            chosen = clusters_by_variance([values], R, Nesting(clusters, of))
            found[AUTO] = found[f"{chosen.cluster}s", chosen.method]
        for key, one in found.items():
            known = one.low is not None
            tallies[key].held.append(known and one.low <= right <= one.high)
            tallies[key].width.append(one.high - one.low if known else np.inf)
    head = f"{right:.3f}  {np.nanmean(estimates):.3f} ± {np.nanstd(estimates):.3f}"
    return head + "".join(f"  {tally!s:>19}" for tally in tallies.values())


def header(first: str, columns: list[str]) -> None:
    print(f"  {first}  truth  estimate     " + "".join(f"  {name:>19}" for name in columns))


def windows_table(pool: Pool, numbers: list[int], studies: int) -> None:
    header("windows  spread", list(METHODS))
    for spread in (0.0, SPREAD):
        for number in numbers:
            ways = {"windows": Draws(lambda b, n=number: draw_counts([n], [0], b), number)}
            row = simulate(pool, np.arange(number), spread, 0.0, ways, METHODS, studies)
            gated = "gated" if number >= GATED else "reported"
            print(f"  {number:7d}  {spread:6.2f}  {row}  {gated}", flush=True)


def documents_table(pool: Pool, studies: int) -> None:
    methods = ("percentile", "expanded")
    names = [f"{way}: {method}" for way in ("windows", "docs") for method in methods]
    header("documents  windows  spread", [*names, "auto"])
    for sizes in DOCUMENTS:
        number, groups = len(sizes), np.repeat(np.arange(len(sizes)), sizes)
        total = len(groups)

        def of_documents(b: Bootstrap, number: int = number, groups=groups) -> np.ndarray:
            return draw_counts([number], [0], replace(b, cluster="document"))[:, groups]

        ways = {
            "windows": Draws(lambda b, n=total: draw_counts([n], [0], b), total),
            "documents": Draws(of_documents, number),
        }
        for spread in (0.0, SPREAD, STRONG):
            level = LEVEL if spread else 0.0
            row = simulate(pool, groups, spread, level, ways, methods, studies, auto=True)
            print(f"  {number:9d}  {total:7d}  {spread:6.2f}  {row}", flush=True)


def initialisations_table(pool: Pool, studies: int) -> None:
    methods = ("percentile", "expanded")
    names = [f"{way}: {method}" for way in ("held", "drawn") for method in methods]
    header("seeds  windows", names)
    for number in INITIALISATIONS:
        groups = np.repeat(np.arange(number), PER_SEED)
        each, seeds, total = [PER_SEED] * number, list(range(number)), len(groups)
        ways = {
            "held": Draws(lambda b, e=each, s=seeds: draw_counts(e, s, b), total, number),
            # Only whole seeds are independent then, which is what `expanded` has to know.
            "drawn": Draws(lambda b, e=each, s=seeds: draw_counts_and_seeds(e, s, b), number),
        }
        row = simulate(pool, groups, SPREAD, LEVEL, ways, methods, studies)
        print(f"  {number:5d}  {total:7d}  {row}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tables = ("windows", "documents", "initialisations")
    parser.add_argument("--study", type=Path, help="results folder of a study")
    parser.add_argument("--arm", default="", help="text in the path of the arms to take")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--tables", nargs="+", choices=tables, default=["windows"])
    parser.add_argument("--windows", type=int, nargs="+", default=WINDOWS)
    arguments = parser.parse_args()
    for name, pool in pools(arguments.study, arguments.arm, DISTANCES).items():
        print(f"{name}: {pool.windows} windows, {arguments.studies} studies a row")
        if "windows" in arguments.tables:
            windows_table(pool, arguments.windows, arguments.studies)
        if "documents" in arguments.tables:
            documents_table(pool, arguments.studies)
        if "initialisations" in arguments.tables:
            initialisations_table(pool, arguments.studies)
