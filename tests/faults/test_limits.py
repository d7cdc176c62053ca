"""A full or read-only disk and too little memory: what the user sees, and that nothing is lost."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from tiny_study import Clone

TARGET = "results/influence/tiny/trained/first/intact/seed0.parquet"
MEMORY = Path("/sys/fs/cgroup/memory")  # of the first version; the second has its limits elsewhere
LIMIT = 420_000_000  # bytes: Snakemake fits, a script that has imported torch does not


def can_mount() -> bool:
    """Whether this process may mount, in a namespace of its own; root in a container may not."""
    if shutil.which("unshare") is None:
        return False
    trial = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /tmp"]
    return subprocess.run(trial, capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not can_mount(), reason="mounting needs root"),
]


def run(clone: Clone, *prepare: str) -> subprocess.CompletedProcess[str]:
    """Make the target after some shell commands, whose mounts no other process sees."""
    python = shlex.quote(sys.executable)
    script = " && ".join([*prepare, f"exec {python} -m snakemake --cores 1 {TARGET}"])
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=clone.folder,
        env=clone.environment,
        capture_output=True,
        text=True,
    )


def check_resumed(clone: Clone, reference: Clone) -> None:
    """The next run makes the target, as it should be, and leaves nothing half written."""
    clone.run(TARGET)
    assert clone.outputs() == reference.outputs()
    assert list((clone.folder / "results").rglob(".*.tmp*")) == []


def test_a_full_disk_is_one_sentence(finished_study: Clone, study: Clone):
    (study.folder / TARGET).unlink()
    failed = run(study, "mount -t tmpfs -o size=4k tmpfs results/influence")
    assert failed.returncode != 0
    words = failed.stdout + failed.stderr
    assert f"the disk of {study.folder / Path(TARGET).parent} is full" in words
    assert "Traceback" not in words
    check_resumed(study, finished_study)


def test_a_folder_that_cannot_be_written_is_named(finished_study: Clone, study: Clone):
    (study.folder / TARGET).unlink()
    mount = "mount --bind results results && mount -o remount,ro,bind results"
    failed = run(study, mount)
    assert failed.returncode != 0
    words = failed.stdout + failed.stderr
    assert "Write-protected output files for rule measure_influence" in words
    assert "Traceback" not in words
    check_resumed(study, finished_study)


@pytest.fixture
def small_memory() -> Iterator[Path]:
    """A control group whose processes have little memory."""
    group = MEMORY / f"token-influence-{uuid4().hex}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(LIMIT))
    except OSError:
        pytest.skip("no memory controller of control groups, version 1")
    try:
        with suppress(OSError):  # where swap is counted
            (group / "memory.memsw.limit_in_bytes").write_text(str(LIMIT))
        yield group
    finally:
        group.rmdir()


def test_a_job_that_is_killed_for_its_memory_is_named(
    finished_study: Clone, study: Clone, small_memory: Path
):
    (study.folder / TARGET).unlink()
    failed = run(study, f"echo $$ > {small_memory}/cgroup.procs")
    assert failed.returncode != 0
    words = failed.stdout + failed.stderr
    assert "Error in rule measure_influence" in words
    assert "died with <Signals.SIGKILL: 9>" in words
    check_resumed(study, finished_study)
