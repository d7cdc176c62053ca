"""Runs that are killed at random moments are resumed by one command, and nothing is lost or left."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tiny_study import REPOSITORY, Clone

pytestmark = [pytest.mark.faults, pytest.mark.long]

LONGEST = 25.0  # seconds until a kill; a run that ends sooner is not killed
VICTIMS = ("job", "snakemake", "group")


def start(clone: Clone) -> subprocess.Popen[bytes]:
    """A run with two jobs at once, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2"],
        cwd=clone.folder,
        env=clone.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(run: subprocess.Popen[bytes], victim: str, chooser: random.Random) -> None:
    """Kill a script of a running job, Snakemake alone, or everything that the run started."""
    if victim == "group":
        os.killpg(run.pid, signal.SIGKILL)
    elif victim == "snakemake":
        run.kill()
    elif jobs := psutil.Process(run.pid).children(recursive=True):
        chooser.choice(jobs).kill()


def resume(clone: Clone) -> str:
    """What the documented command does before it runs the study again."""
    done = subprocess.run(
        [sys.executable, REPOSITORY / "tools/resume.py"],
        cwd=clone.folder,
        env=clone.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def left_behind(folder: Path) -> list[Path]:
    """Temporary files and locks of any kind."""
    temporary = [path for name in ("results", "resources") for path in folder.glob(f"{name}/**/.*")]
    temporary = [path for path in temporary if not path.name.endswith(".record")]
    return temporary + list((folder / ".snakemake/locks").glob("*"))


@pytest.mark.parametrize("kills", [3, 25])
def test_a_killed_run_is_resumed_to_the_bytes_of_an_undisturbed_one(
    finished_study: Clone, fresh: Clone, kills: int
):
    seed = random.randrange(2**32)
    print("seed", seed)
    chooser = random.Random(seed)
    killed = 0
    while killed < kills:
        victim = VICTIMS[killed % len(VICTIMS)]
        run = start(fresh)
        try:
            run.wait(chooser.uniform(2, LONGEST))
        except subprocess.TimeoutExpired:
            kill(run, victim, chooser)
            killed += 1
            run.wait()  # without one job, it finishes those that run and ends
        else:
            assert run.returncode == 0
            killed += 1  # there was nothing left to kill
        resume(fresh)
    fresh.run()
    assert fresh.outputs() == finished_study.outputs()
    assert left_behind(fresh.folder) == []


def test_a_run_that_works_is_not_disturbed(finished_study: Clone, study: Clone):
    missing = study.folder / "results/influence/tiny/trained/first/intact/seed0.parquet"
    missing.unlink()
    run = start(study)
    deadline = time.monotonic() + 300
    while not list((study.folder / ".snakemake/locks").glob("*")):
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    tool = [sys.executable, REPOSITORY / "tools/resume.py"]
    refused = subprocess.run(tool, cwd=study.folder, capture_output=True, text=True)
    assert refused.returncode == 1
    assert f"A run still works in this folder (process {run.pid})" in refused.stderr
    second = study.snakemake("--cores", "1")
    assert second.returncode != 0
    assert "cannot be locked" in " ".join((second.stdout + second.stderr).split())
    assert run.wait(600) == 0
    assert study.outputs() == finished_study.outputs()
