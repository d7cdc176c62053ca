"""Whether single predictions are power laws, or exponentials of many lengths."""

from dataclasses import replace

import numpy as np
import pytest

from token_influence.decay.fits import RangedSample
from token_influence.decay.mixtures import (
    MIXTURE,
    POWER_LAWS,
    UNDECIDED,
    MixtureTest,
    Truth,
    mixture_test,
    shares,
)
from token_influence.decay.populations import Population
from token_influence.decay.resampling import Sample, draw_counts
from token_influence.decay.settings import Bootstrap
from token_influence.decay.single_fits import (
    EXPONENTIAL,
    POWER_LAW,
)
from token_influence.fitting.families import FAMILIES

R = np.arange(1.0, 101)
BOOTSTRAP = Bootstrap(resamples=200)
# Both have nearly the same median profile.
EXPONENTIALS = Population(FAMILIES["exponential"], 2.3, 0.9, -1.0, -0.5, -3.6)
POWERS = Population(FAMILIES["power_law"], -0.05, 0.1, 0.0, 0.0, -4.2)


def sample(population: Population, windows: int = 24, seed: int = 0) -> RangedSample:
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(windows), 4)
    noise = 0.7 * rng.standard_normal((len(clusters), len(R)))
    levels = 0.5 * rng.standard_normal(windows)[clusters, None]
    values = np.exp(population.logs(R, rng.standard_normal(len(clusters))) + noise + levels)
    of_windows = Sample(
        seed="pooled",
        values=np.column_stack([np.ones(len(values)), values]),
        clusters=clusters,
        counts=draw_counts([windows], [0], BOOTSTRAP),
        folds=np.zeros(windows, dtype=int),
        windows=windows,
        units=windows,
        strata=1,
    )
    return RangedSample(of_windows, 1, 100, "linear", None)


def judged(share: float, half_width: float, exponential: float, power_law: float) -> MixtureTest:
    truths = {
        name: Truth(POWERS, expected, np.full(100, expected), 0.0)
        for name, expected in ((EXPONENTIAL, exponential), (POWER_LAW, power_law))
    }
    return MixtureTest(share, share - half_width, share + half_width, truths)


@pytest.mark.parametrize(
    ("population", "verdict", "name"),
    [(EXPONENTIALS, MIXTURE, EXPONENTIAL), (POWERS, POWER_LAWS, POWER_LAW)],
)
def test_a_known_truth_is_found(population, verdict, name):
    test = mixture_test(sample(population), BOOTSTRAP, simulated=400)
    assert test.verdict == verdict
    assert test.truths[name].share == pytest.approx(test.share, abs=0.12)
    assert test.truths[name].mismatch < 0.2
    assert test.low < test.share < test.high
    assert test.record[name]["verdicts"][verdict] > 0.8


def test_the_interval_must_lie_on_one_side_of_the_middle():
    assert judged(0.6, 0.09, 0.2, 0.8).verdict == POWER_LAWS
    assert judged(0.6, 0.11, 0.2, 0.8).verdict == UNDECIDED
    assert judged(0.4, 0.09, 0.2, 0.8).verdict == MIXTURE
    assert judged(0.6, 0.01, 0.8, 0.2).verdict == UNDECIDED  # the truths cannot be told apart


def test_error_rates_come_from_the_simulated_studies():
    test = judged(0.75, 0.1, 0.2, 0.8)
    test.truths[EXPONENTIAL].studies[:7] = 0.7
    found = test.record[EXPONENTIAL]["verdicts"]
    assert found == {POWER_LAWS: pytest.approx(0.07), MIXTURE: pytest.approx(0.93), UNDECIDED: 0.0}


def test_shares_count_whole_clusters():
    won, clusters = np.array([1.0, 0.0, 0.5, 1.0]), np.array([0, 0, 1, 2])
    counts = np.array([[1, 1, 1], [0, 2, 1], [3, 0, 0]])
    assert shares(won, clusters, counts) == pytest.approx([2.5 / 4, 2 / 3, 0.5])


def test_the_same_sample_gives_the_same_record():
    first, second = (
        mixture_test(sample(EXPONENTIALS, 6), replace(BOOTSTRAP), simulated=50).record
        for _ in range(2)
    )
    assert first == second
