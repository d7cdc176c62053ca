"""Are single predictions power laws, or do exponentials of many lengths only add up to one?

The median of exponentials with different ξ can look like a power law. So each prediction is fitted
by itself with both families, and the share that the power law fits better is compared with the
shares of simulated studies whose predictions are all exponentials, or all power laws, with the arm's
noise and the arm's median profile (the parametric bootstrap of Wagenmakers, Ratcliff, Gomez and
Iverson, J. Math. Psychol. 48, 2004).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from token_influence.decay.fits import RangedSample, on_range
from token_influence.decay.intervals import levels
from token_influence.decay.populations import Population, matched
from token_influence.decay.resampling import Documents, samples
from token_influence.decay.settings import Bootstrap
from token_influence.decay.single_fits import COMPARED, power_law_wins, residuals, single_fits
from token_influence.profiles.normalise import NormalisedProfiles, full_distance
from token_influence.ranges import span
from token_influence.seeds import stream

SIMULATED = 4096  # predictions simulated under each truth, at least
# The verdicts.
POWER_LAWS, MIXTURE = "nearer to power laws", "nearer to exponentials"
UNDECIDED = "undecided"


@dataclass(frozen=True, eq=False)
class Truth:
    """What studies of the arm's size would show if all predictions were of one family.

    share: the expected share that the power law fits better; studies: that of simulated studies [B];
    mismatch: root mean square of ln(median of the population / median of the arm).
    """

    population: Population
    share: float
    studies: np.ndarray
    mismatch: float


@dataclass(frozen=True, eq=False)
class MixtureTest:
    """The observed share, its interval low..high, and what it would be under each of `COMPARED`."""

    share: float
    low: float
    high: float
    truths: Mapping[str, Truth]

    @property
    def verdict(self) -> str:
        """POWER_LAWS, MIXTURE or UNDECIDED."""
        return str(self.judge(np.array([self.share]))[0])

    def judge(self, shares: np.ndarray) -> np.ndarray:
        """The verdict on each of `shares` [B], if its interval were as wide as the observed one.

        The interval must lie on one side of the middle between the two expected shares.
        """
        exponential, power_law = (self.truths[name].share for name in COMPARED)
        middle = (exponential + power_law) / 2
        low, high = shares - (self.share - self.low), shares + (self.high - self.share)
        ordered = exponential < power_law
        return np.select(
            [ordered & (low > middle), ordered & (high < middle)], [POWER_LAWS, MIXTURE], UNDECIDED
        )

    @property
    def record(self) -> dict[str, Any]:
        """The share, the simulated shares, the verdict, and how often studies would give it."""
        observed = {"estimate": self.share, "low": self.low, "high": self.high}
        record: dict[str, Any] = {"share": observed, "verdict": self.verdict}
        for name, truth in self.truths.items():
            low, high = np.quantile(truth.studies, [0.025, 0.975])
            verdicts = self.judge(truth.studies)
            record[name] = {
                "share": {"estimate": truth.share, "low": float(low), "high": float(high)},
                "verdicts": {
                    verdict: float(np.mean(verdicts == verdict))
                    for verdict in (POWER_LAWS, MIXTURE, UNDECIDED)
                },
                "mismatch": truth.mismatch,
                "population": truth.population.record,
            }
        return record


def mixture_record(
    profiles: Sequence[NormalisedProfiles],
    label: str,
    skip: int,
    bootstrap: Bootstrap,
    documents: Documents | None = None,
) -> dict[str, Any]:
    """The test on all seeds of an arm pooled, as a record.

    profiles: one entry for each seed; label: of the range, such as "1..100"; skip: number of first
    positions left out as sources. Raises DecayError as `resampling.samples` and `ranges.span` do.
    """
    lowest, highest = span(label, full_distance(profiles, skip))
    pooled = samples(profiles, highest, bootstrap, documents)[-1]
    where = {
        "range": label,
        "skip_sources": skip,
        "distance_min": lowest,
        "distance_max": highest,
        "windows": pooled.windows,
        "predictions": len(pooled.values),
    }
    ranged = on_range(pooled, lowest, highest, "log", "uniform")
    return where | mixture_test(ranged, bootstrap).record


def mixture_test(
    ranged: RangedSample, bootstrap: Bootstrap, simulated: int = SIMULATED
) -> MixtureTest:
    """The test on one arm's predictions, on one range of distances.

    simulated: at least so many predictions are simulated under each truth.
    """
    sample = ranged.sample
    fits = single_fits(ranged.r, ranged.values)
    won = power_law_wins(fits)
    noise = residuals(ranged.values, fits)
    share = float(won.mean())
    resampled = shares(won, sample.clusters, sample.counts)
    limits = levels(bootstrap, share, resampled, sample.units, sample.strata)
    low, high = map(float, np.quantile(resampled, limits))
    truths = {name: _truth(name, ranged, noise, bootstrap, simulated) for name in COMPARED}
    return MixtureTest(share, low, high, truths)


def shares(won: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean [B] of `won` [N], where the cluster of each [N] is drawn `counts` [B, clusters] times."""
    number = counts.shape[1]
    return (counts @ np.bincount(clusters, won, number)) / (
        counts @ np.bincount(clusters, minlength=number)
    )


def _truth(
    name: str, ranged: RangedSample, noise: np.ndarray, bootstrap: Bootstrap, simulated: int
) -> Truth:
    """Studies of the arm's size whose predictions are all of the family `name`.

    Each curve of noise, in its window, is used with several curves of the population.
    """
    sample = ranged.sample
    population = matched(name, ranged.r, ranged.values, noise)
    rng = stream(bootstrap.seed, "mixtures", name)
    copies = -(-simulated // len(noise))
    number = int(sample.clusters.max()) + 1
    clusters = np.concatenate([sample.clusters + copy * number for copy in range(copies)])
    logs = population.logs(ranged.r, rng.standard_normal(len(clusters)))
    profiles = np.exp(logs + np.tile(noise, (copies, 1)))
    won = power_law_wins(single_fits(ranged.r, profiles))
    total = number * copies
    counts = rng.multinomial(number, np.full(total, 1 / total), bootstrap.resamples)
    off = np.log(np.median(profiles, axis=0) / ranged.median)
    return Truth(
        population,
        share=float(won.mean()),
        studies=shares(won, clusters, counts),
        mismatch=float(np.sqrt(np.mean(off**2))),
    )
