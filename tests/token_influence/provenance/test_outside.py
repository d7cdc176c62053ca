"""Work that another process does: its result, and its errors as if they were raised here."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from token_influence.errors import InterruptedFetchError
from token_influence.provenance.outside import run_outside

WORKER = """
import sys
from token_influence import errors
from token_influence.provenance.answering import answer

def work(number, fail=None):
    print("this line is no answer")
    print("progress", file=sys.stderr)
    if fail == "project":
        raise errors.InterruptedFetchError("the network broke off.")
    if fail == "code":
        raise KeyError("a fault")
    return {"twice": [2 * number]}

answer(work)
"""


@pytest.fixture(autouse=True)
def _worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module `worker` that a process started here can import."""
    (tmp_path / "worker.py").write_text(WORKER)
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{root}")


def test_the_result_comes_back_whatever_else_is_printed(capfd):
    assert run_outside("worker", {"number": 21}) == {"twice": [42]}
    assert "progress" in capfd.readouterr().err


def test_an_error_of_the_project_is_raised_here_with_its_traceback():
    with pytest.raises(InterruptedFetchError, match=r"^the network broke off\.$") as caught:
        run_outside("worker", {"number": 1, "fail": "project"})
    assert "in work" in str(caught.value.__cause__)


def test_a_fault_of_the_code_is_no_error_of_the_project(capfd):
    with pytest.raises(subprocess.CalledProcessError):
        run_outside("worker", {"number": 1, "fail": "code"})
    assert "KeyError" in capfd.readouterr().err


def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path):
    (tmp_path / "sleeper.py").write_text(
        "import os, time\nfrom pathlib import Path\n"
        "from token_influence.provenance.answering import answer\n"
        "def work(note):\n    Path(note).write_text(str(os.getpid()))\n    time.sleep(600)\n"
        "answer(work)\n"
    )
    note = tmp_path / "note"
    start = (
        "from token_influence.provenance.outside import run_outside\n"
        f"run_outside('sleeper', {{'note': {str(note)!r}}})"
    )
    parent = subprocess.Popen([sys.executable, "-c", start])
    deadline = time.monotonic() + 60
    while not (note.is_file() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker = int(note.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while time.monotonic() < deadline:
        if not running(worker):
            break
        time.sleep(0.1)
    assert not running(worker)


def running(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
