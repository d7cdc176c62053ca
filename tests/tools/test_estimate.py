"""`tools/estimate.py` on the tiny study: what it promises stands beside what a run really takes."""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from own_tools import call
from tiny_study import REPOSITORY, Clone

from token_influence.cost import estimate as cost_estimate

QUICK = ("--seconds", "0.1", "--cores", "1")


@pytest.fixture(autouse=True)
def calibrated_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another: a process of its own would import torch anew."""

    def one_thread(_processes: int, *arguments: Any) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, *arguments)

    monkeypatch.setattr(cost_estimate, "ProcessPoolExecutor", one_thread)


def estimate(clone: Clone, *arguments: str) -> subprocess.CompletedProcess[str]:
    return call(clone, "estimate", *QUICK, *arguments)


def told(clone: Clone, *arguments: str) -> dict[str, str]:
    done = estimate(clone, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return parted(done.stdout)


def parted(printed: str) -> dict[str, str]:
    return dict(re.split(r"  +", line, maxsplit=1) for line in printed.splitlines())


def number(text: str, pattern: str) -> float:
    return float(re.search(pattern, text)[1].replace(",", ""))


LINES = [
    *("study", "jobs", "to download", "to keep", "operations", "memory per job"),
    *("on this machine", "on a GPU"),
]


@pytest.mark.long
def test_as_a_process_it_calibrates_in_processes_of_its_own(fresh: Clone):
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "tools/estimate.py"), *QUICK],
        cwd=fresh.folder,
        env=fresh.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(parted(done.stdout)) == LINES


def test_every_line_is_there_and_the_counts_are_those_of_the_study(
    fresh: Clone, finished_study: Clone
):
    found = told(fresh, "--gpu-tflops", "5")
    assert list(found) == LINES
    assert found["study"] == "default (4 arms, 1 seeds, 1 models)"
    planned = fresh.plan("--forceall")
    assert number(found["jobs"], r"^(\d+)") == sum(planned.values())
    assert f"fit_decay {planned['fit_decay']}" in found["jobs"]
    assert found["to download"].startswith("0 MB")
    assert "on 1 cores" in found["on this machine"]
    assert "at 5 TFLOP/s" in found["on a GPU"]
    assert not (fresh.folder / "results").exists()
    files = (finished_study.folder / "results").rglob("*")
    taken = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    assert taken / 3 < number(found["to keep"], r"results ([\d,]+) MB") < taken * 3


MORE = {"seeds": [0, 1, 2], "results": "results/studies/more"}


def test_a_study_is_laid_over_the_config(fresh: Clone):
    (fresh.folder / "studies").mkdir(exist_ok=True)
    (fresh.folder / "studies/more.yaml").write_text(yaml.safe_dump(MORE))
    found = told(fresh, "more", "--jobs", "10")
    assert found["study"] == "more (4 arms, 3 seeds, 1 models)"
    assert found["on a cluster"].endswith("with 10 such jobs at once")


def test_an_unknown_study_or_size_is_one_sentence(fresh: Clone):
    done = estimate(fresh, "papr")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no study 'papr'; allowed: ")
    fresh.configure(models__tiny__gguf="model.gguf")
    done = estimate(fresh)
    assert done.returncode == 1
    assert done.stderr.startswith("models.tiny.facts: the key is missing")


FACTS = {"parameters": 10**7, "layers": 2, "width": 16, "heads": 2, "vocabulary": 256}


def test_registered_sizes_are_used(fresh: Clone):
    fresh.configure(models__tiny__facts=FACTS | {"tied": False})
    assert number(told(fresh)["memory per job"], r"^([\d.]+) GB") >= 0.7


@pytest.mark.long
def test_a_checkpoint_with_other_sizes_than_registered_is_refused(fresh: Clone):
    fresh.configure(models__tiny__facts=FACTS | {"tied": False})
    done = fresh.snakemake("--cores", "1", "models")
    assert done.returncode != 0
    assert "but the config registers 10000000 under facts" in done.stdout + done.stderr


CHANGED = {
    **{"models": ["tiny"], "corpora": ["first"], "seeds": 1, "windows": 10**6, "predictions": 1},
    **{"distances": [1, 16], "epsilons": [0.1, 1.0], "directions": 1, "probes": 2},
    "interventions": ["zeros"],
}


def test_a_disk_too_small_is_told_after_the_estimate(fresh: Clone, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1e6))
    fresh.configure(windows__per_seed=10**6, response=CHANGED)
    done = estimate(fresh)
    assert done.returncode == 1
    assert "on a GPU" in done.stdout
    # A million windows take long, even of a tiny model.
    for line, section in (("longest job", "influence"), ("longest of these", "response")):
        proposed = rf"{line} +\d.*; with {section}\.windows_per_job: \d+, \d+ min"
        assert re.search(proposed, done.stdout)
    assert re.fullmatch(
        r"The disk is too small: [\d,]+ MB are to be kept, but 1 MB are free here\.",
        done.stderr.strip(),
    )


def test_a_model_that_the_study_trains_is_counted_with_its_training(growing: Clone):
    found = told(growing, "--cores", "2")
    assert found["study"] == "default (2 arms, 1 seeds, 1 models)"
    assert "on 2 cores, at that rate" in found["to train"]
    # 3 checkpoints of 12·16² + 13·16 in a layer, 2·16 in a norm, 2·280·16 in embedding and head
    kept = 3 * 4 * (12 * 16**2 + 13 * 16 + 2 * 16 + 2 * 280 * 16) / 1e6
    kept += number(found["to keep"], r"results ([\d,]+) MB")
    assert abs(number(found["to keep"], r"^([\d,]+) MB") - kept) <= 1


def test_a_width_is_answered_from_the_results(finished_study: Clone):
    found = told(finished_study, "--width", "3")
    trained = [name for name in found if "/trained/" in name]
    assert trained == list(found)
    assert trained
    for words in found.values():
        assert "is not determined" in words or "from 4 windows of 2 positions" in words


def test_a_width_without_results_asks_for_a_pilot(fresh: Clone):
    done = estimate(fresh, "--width", "0.15")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "results/tables/decay.csv is not there, and a pilot is needed: run "
        "'snakemake --cores all' first."
    )


@pytest.mark.parametrize("width", ["5", "nan"])
def test_a_width_that_is_none_is_one_sentence(fresh: Clone, width: str):
    done = estimate(fresh, f"--width={width}")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"WIDTH: found {width!r}, allowed: a number above 0 and below 5, the width of the interval "
        "of p, such as 0.15."
    )
