"""The history of the engine's speed: what is written, and what counts as a drop."""

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.axes import Axes


@pytest.fixture
def history(load: Callable, monkeypatch: pytest.MonkeyPatch):
    module = load("engine_history")
    monkeypatch.setattr(module, "_commit", lambda: "abc1234")
    monkeypatch.setattr(module, "processor", lambda: "Fast CPU")
    monkeypatch.setattr(module, "instructions", lambda: "fma avx2")
    return module


def test_every_run_is_a_line(history, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    assert history.append(path, "float32", 2, 1.5, 0.65) == []
    assert history.append(path, "float32", 2, 1.4, 0.66) == []
    lines = path.read_text().splitlines()
    assert lines == [
        "commit,processor,instructions,dtype,threads,ratio_to_best_peer,share_of_limit",
        "abc1234,Fast CPU,fma avx2,float32,2,1.500,0.650",
        "abc1234,Fast CPU,fma avx2,float32,2,1.400,0.660",
    ]


def test_a_line_of_the_history_is_no_change_of_the_code(load: Callable, tmp_path: Path) -> None:
    """Else the second line of a run would be called changed because of the first."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    module = load("engine_history")
    module.__file__ = str(folder / "engine_history.py")
    (folder / "engine_history.py").write_text("code")
    (folder / "history.csv").write_text("header")
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    commit = module._commit()
    assert "dirty" not in commit
    (folder / "history.csv").write_text("another line")
    assert module._commit() == commit
    (folder / "engine_history.py").write_text("other code")
    assert module._commit() == f"{commit}-dirty"


def test_the_committed_file_has_the_columns_of_a_run(history, tmp_path: Path) -> None:
    history.append(tmp_path / "history.csv", "float32", 2, 1.5, 0.65)
    expected = (tmp_path / "history.csv").read_text().splitlines()[0]
    committed = Path(history.__file__).with_name("history.csv")
    assert committed.read_text().splitlines()[0] == expected


def test_a_drop_of_more_than_a_tenth_against_the_last_run_is_said(history, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    for share in (0.9, 0.6):
        history.append(path, "float32", 2, 2.0, share)
    assert history.append(path, "float32", 2, 1.79, 0.55) == [
        "float32: ratio to best peer fell from 2.000 (commit abc1234) to 1.790."
    ]


def test_the_runs_are_drawn_in_their_order(history, tmp_path: Path, monkeypatch) -> None:
    path, drawn = tmp_path / "history.csv", tmp_path / "history.svg"
    history.append(path, "float32", 2, 2.0, 0.6)
    monkeypatch.setattr(history, "_commit", lambda: "def5678")
    history.append(path, "float32", 2, 2.2, 0.7)
    plotted = []
    plot = Axes.plot
    monkeypatch.setattr(Axes, "plot", lambda *a, **k: plotted.append(a[1:3]) or plot(*a, **k))
    history.draw(path, str(drawn))
    assert plotted == [([0, 1], [2.0, 2.2]), ([0, 1], [0.6, 0.7])]
    plotted.clear()
    history.append(path, "bfloat16", 2, 3.0, 0.3)  # of the same commit as the last one
    history.draw(path, str(drawn))
    assert plotted[1] == ([1], [3.0])
    text = drawn.read_text()
    assert text.index("abc1234") < text.index("def5678")
    assert "Fast CPU, float32, threads: 2" in text


@pytest.mark.parametrize("change", ["processor", "instructions", "dtype", "threads"])
def test_runs_of_another_kind_are_not_compared(history, change, tmp_path, monkeypatch) -> None:
    path = tmp_path / "history.csv"
    history.append(path, "float32", 2, 2.0, 0.6)
    if change in ("processor", "instructions"):
        monkeypatch.setattr(history, change, lambda: "another")
    dtype = "bfloat16" if change == "dtype" else "float32"
    assert history.append(path, dtype, 1 if change == "threads" else 2, 1.0, 0.1) == []


def test_the_sets_of_instructions_are_read_by_their_names(load, monkeypatch, tmp_path) -> None:
    module = load("engine_history")
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(module, "CPUINFO", path)
    assert module.instructions() == ""
    path.write_text("model name\t: Fast CPU\nflags\t\t: fpu avx avx2 fma avx512_bf16x\n")
    assert module.instructions() == "fma avx2"
    path.write_text("Features\t: fp asimd bf16\n")
    assert module.instructions() == "asimd bf16"
    path.write_text("flags\t: avx2\n")
    module.append(tmp_path / "history.csv", "float32", 1, 1.0, 0.5)
    with (tmp_path / "history.csv").open() as file:
        assert next(csv.DictReader(file))["instructions"] == "avx2"
