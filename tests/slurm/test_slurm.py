"""The tiny study on a real SLURM: lost jobs are done again, with the bytes of a local run."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, started, wait_until, why_not
from tiny_study import new_clone

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(bool(why_not()), reason=str(why_not())),
]
SECONDS = 1200  # at most, on a busy machine, for each of the waits
TARGETS = [
    f"results/influence/tiny/{weights}/first/intact/seed0.parquet"
    for weights in ("trained", "random")
]
PROFILE = ("--workflow-profile", "profiles/slurm")
BUSY = ("RUNNING", "COMPLETING")
QUICK = ("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with started(tmp_path / "slurm") as running:
        yield running


def cancel_a_running_job(cluster: Cluster) -> None:
    """Cancel a job while it runs; one that ends by itself meanwhile is not counted."""

    def cancelled() -> bool:
        for job in cluster.running():
            cluster.call("scancel", job)
            wait_until(lambda job=job: cluster.state(job) not in BUSY, "the end of a job")
            if cluster.state(job) == "CANCELLED":
                return True
        return False

    wait_until(cancelled, "a job that can be cancelled", SECONDS)


def test_a_study_survives_what_happens_on_a_cluster(cluster: Cluster, tmp_path: Path):
    local, study = new_clone(tmp_path / "local"), new_clone(tmp_path / "study")
    local.run(*TARGETS)
    command = [sys.executable, "-m", "snakemake", *PROFILE, *QUICK, *TARGETS]
    with (tmp_path / "log").open("w") as log:
        run = subprocess.Popen(
            command,
            cwd=study.folder,
            env=study.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            cancel_a_running_job(cluster)
            cluster.call("scontrol", "update", "node=localhost", "state=drain", "reason=test")
            wait_until(lambda: cluster.node() == "IDLE+DRAIN", "a drained node", SECONDS)
            cluster.call("scontrol", "update", "node=localhost", "state=resume")
            wait_until(cluster.running, "a job after the node came back", SECONDS)
            cluster.stop_controller()
            cluster.start_controller()
            run.wait(SECONDS)
        finally:
            run.kill()  # it ignores SIGTERM while it waits
            run.wait()
    words = (tmp_path / "log").read_text()
    assert run.returncode == 0, words[-5000:]
    assert "Trying to restart job" in words
    expected, found = local.outputs(), study.outputs()
    assert set(TARGETS) <= found.keys() == expected.keys()
    assert [path for path in found if found[path] != expected[path]] == []
