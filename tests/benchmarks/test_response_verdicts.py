"""The error rates of the verdicts on the response, from a made study folder."""

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

DISTANCES = (0, 1, 2, 4, 8, 16)
WINDOWS, EPSILONS = 16, (0.01, 0.1, 1.0)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Effects around a power law, and errors that pass 10 % at ε = 0.3."""
    root = tmp_path_factory.mktemp("study")
    arm = root / "response/m/trained/c/intact"
    rng = np.random.default_rng(0)
    rows = [(w, 300, r) for w in range(WINDOWS) for r in DISTANCES]
    table = pd.DataFrame(rows, columns=["window", "position", "distance"])
    size = (table["distance"] + 1.0) ** -0.8 * rng.lognormal(0, 0.2, len(table))
    write(table.assign(intervention="zeros", log_p=-size, divergence=size), arm / "interventions")
    steps = pd.concat(table.assign(epsilon=e) for e in EPSILONS)
    steps = steps.assign(direction="gradient", draw=0, width=8, slope=1.0, trace=1.0)
    error = steps["epsilon"] / 3 * rng.lognormal(0, 0.2, len(steps))
    steps = steps.assign(length=1.0, influence=1.0, measured=steps["epsilon"] * (1 + error))
    write(steps, arm / "perturbations")
    return root


def write(table: pd.DataFrame, folder: Path) -> None:
    folder.mkdir(parents=True)
    table.to_parquet(folder / "seed0.parquet")


def test_every_arm_gives_the_pools_of_both_verdicts(load, study: Path) -> None:
    found = list(load("response_verdicts").pools(study))
    names = [(kind, name, distances) for kind, name, distances, _ in found]
    assert names == [
        ("decay", "m/trained/c/intact zeros log_p", DISTANCES[1:]),
        ("decay", "m/trained/c/intact zeros divergence", DISTANCES[1:]),
        ("linearity", "m/trained/c/intact gradient", DISTANCES),
    ]
    assert all(pool.windows == WINDOWS for *_, pool in found)
    assert np.median(found[2][3].median) == pytest.approx(0.3, rel=0.2)


def test_the_right_answer_is_that_of_the_truth_without_noise(load) -> None:
    benchmark: ModuleType = load("response_verdicts")
    r = np.array([1.0, 2, 4, 8, 16, 32, 64])
    distances = tuple(map(int, r))
    assert benchmark.noise_free(0.1 + ((r + 1) / 2) ** -0.8, distances) == "yes"
    assert benchmark.noise_free(0.1 + np.exp(-r / 4), distances) == "no"
    assert benchmark.noise_free(np.ones(len(r)), distances) == "no"


@pytest.mark.long
def test_it_prints_the_share_of_right_and_of_wrong_verdicts(load, study, capsys, monkeypatch):
    """With little noise, every study of 16 windows finds how far the response is linear."""
    benchmark: ModuleType = load("response_verdicts")
    monkeypatch.setattr(benchmark, "ProcessPoolExecutor", ThreadPoolExecutor)
    small = {"studies": 4, "resamples": 60, "windows": [16], "jobs": 1}
    benchmark.main(Namespace(study=study, arm="", tables=["linearity"], **small))
    out = capsys.readouterr().out
    assert "largest share of wrong verdicts, linearity: 0.0%" in out
    (half,) = [line for line in out.splitlines() if "half the step" in line]
    assert half.split()[3:5] == ["no", "100.0"], half
