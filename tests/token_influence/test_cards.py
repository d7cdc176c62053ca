"""No card is lent twice at once, and one whose holder is killed is lent again."""

import multiprocessing
import multiprocessing.process
import os
import time
from pathlib import Path

import pytest

from token_influence import cards

FORK = multiprocessing.get_context("fork")


def hold(folder: Path, seconds: float) -> None:
    """Hold a card for some seconds; fail if another process holds it too."""
    card, lock = cards.lease(["one", "two", "three"], folder / "locks")
    (folder / card).touch(exist_ok=False)
    time.sleep(seconds)
    (folder / card).unlink()
    lock.release()


def holder(folder: Path, seconds: float) -> multiprocessing.process.BaseProcess:
    process = FORK.Process(target=hold, args=(folder, seconds))
    process.start()
    return process


def test_twenty_processes_share_three_cards_and_never_one_at_once(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cards, "POLL_SECONDS", 0.02)
    processes = [holder(tmp_path, 0.05) for _ in range(20)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 20


def test_a_card_is_free_again_when_its_holder_is_killed(tmp_path: Path):
    process = holder(tmp_path, 600)
    while not (tmp_path / "one").exists():
        assert process.is_alive()
        time.sleep(0.01)
    assert cards.lease(["one", "two"], tmp_path / "locks")[0] == "two"
    process.kill()
    process.join()
    assert cards.lease(["one"], tmp_path / "locks")[0] == "one"


@pytest.mark.parametrize("assigned", ["", "3", "GPU-1,GPU-2"])
def test_an_assignment_by_somebody_else_is_kept(assigned: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(cards.ASSIGNED, assigned)
    monkeypatch.setattr(cards, "cards", lambda: pytest.fail("asked for cards"))
    assert cards.assign() is None
    assert os.environ[cards.ASSIGNED] == assigned


def test_a_run_sees_one_card_which_no_other_run_gets(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cards, "FOLDER", tmp_path / "locks")
    nvidia_smi = tmp_path / "nvidia-smi"
    nvidia_smi.write_text("#!/bin/sh\necho GPU-a\necho GPU-b\n")
    nvidia_smi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    seen = []
    held = []
    for _ in range(2):
        monkeypatch.delenv(cards.ASSIGNED, raising=False)
        held.append(cards.assign())
        seen.append(os.environ[cards.ASSIGNED])
    assert seen == ["GPU-a", "GPU-b"]
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(cards.ASSIGNED)
    assert cards.assign() is None
