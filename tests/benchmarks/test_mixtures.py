"""The test of mixtures of exponentials, in simulated studies with a known truth."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
STUDIES, WINDOWS = 5, 32
RIGHT = {
    "power laws, p varied": "nearer to power laws",
    "exponentials, ξ varied": "nearer to exponentials",
}


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    spec = spec_from_file_location("mixtures_benchmark", FOLDER / "mixtures.py")
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


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
