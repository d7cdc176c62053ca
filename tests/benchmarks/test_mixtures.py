"""The test of mixtures of exponentials, in simulated studies with a known truth."""

from types import ModuleType

import pytest

STUDIES, WINDOWS = 5, 32
RIGHT = {
    "power laws, p varied": "nearer to power laws",
    "exponentials, ξ varied": "nearer to exponentials",
}


@pytest.fixture
def benchmark(load) -> ModuleType:
    return load("mixtures")


@pytest.mark.long
def test_a_known_truth_is_found_and_not_taken_for_the_other(benchmark):
    (pool,) = benchmark.pools(None, "", benchmark.DISTANCES).values()
    known = benchmark.world(pool)
    for truth, right in RIGHT.items():
        verdicts = [
            benchmark.study(known.noise, known.truths[truth], WINDOWS, seed, simulated=512)[0]
            for seed in range(STUDIES)
        ]
        assert set(verdicts) <= {right, "undecided"}, truth
        assert verdicts.count(right) > STUDIES / 2, truth
