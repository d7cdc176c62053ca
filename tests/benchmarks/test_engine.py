"""The engine's benchmark runs, and stops where a method measures something else."""

import importlib
import re
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
import torch
from tiny_models import build

from token_influence.influence import speed

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    module = importlib.import_module("engine")
    for switch in ("disable_progress_bar", "set_verbosity_error"):
        monkeypatch.setattr(importlib.import_module("engine_models"), switch, lambda: None)
    return module


def run(engine: ModuleType, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    command = ["engine.py", "--size", "tiny", "--threads", "1", "--rounds", "1", *options]
    monkeypatch.setattr(sys, "argv", command)
    engine.main()


def test_it_compares_all_methods_and_names_the_limit(engine, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(speed, "seconds_of_product", lambda *_: 1.0)  # on any processor
    dtypes = ("--dtypes", "float32", "bfloat16")
    history = tmp_path / "history.csv"
    options = ("--batch", "2", *dtypes, "--history", str(history))
    run(engine, monkeypatch, "--length", "40", "--positions", "2", *options)
    printed = capsys.readouterr().out
    assert [line.split(",")[3] for line in history.read_text().splitlines()[1:]] == [
        "float32",
        "bfloat16",
    ]
    for kernel in ("torch", "oneDNN", "numpy"):
        assert re.search(
            rf"^linear products, GFLOP/s by kernel: .*{kernel} \d", printed, re.MULTILINE
        )
    assert printed.startswith("## tiny, float32, 1 thread, eager, cpu\n")
    methods = [line.split(" | ")[0] for line in printed.splitlines() if line.startswith("| ")]
    assert methods[1:5] == [
        "| ours",
        "| ours, layers recomputed",
        "| plain, whole window",
        "| plain, prefix",
    ]
    assert "limit, all rows" in printed
    assert "2 windows at once (about 0.00 GB" in printed
    assert "true_logit against float32: the median profile is off by" in printed
    assert printed.splitlines()[-1].startswith("ours, bfloat16: ")


def test_it_stops_where_the_numbers_disagree(engine, monkeypatch) -> None:
    def wrong(model, tokenizer):
        right = engine.METHODS["ours"](model, tokenizer)
        return lambda frame: [1.001 * profile for profile in right(frame)]

    monkeypatch.setitem(engine.METHODS, "plain, prefix", wrong)
    with pytest.raises(SystemExit, match=r"plain, prefix differs from ours by 0\.001"):
        run(engine, monkeypatch, "--length", "40", "--methods", "plain, prefix")


def test_the_limit_is_that_of_the_fastest_kernel(engine) -> None:
    limit = engine.Limit(build("llama"), 1, [9])
    limit.linear_times = {"torch": [2.0, 2.0], "numpy": [1.0, 1.0]}
    limit.attention_times = [0.0]
    assert limit.best() == "numpy"
    assert limit.rate() == limit.rate("numpy") == 2 * limit.rate("torch")
    assert limit.rows() == limit.all_rows() == 2.0  # one pass forward, one backward


def test_a_kernel_waits_until_the_threads_of_the_last_one_are_idle(engine, monkeypatch) -> None:
    """Spinning threads of another library made the limit smaller than what the engine reached."""
    limit, seen = engine.Limit(build("llama"), 1, [9]), []
    limits = engine.engine_limit
    monkeypatch.setattr(limits.time, "sleep", lambda seconds: seen.append(f"wait {seconds}"))
    monkeypatch.setattr(limits, "median_seconds", lambda product: seen.append("time") or 1.0)
    limit.measure()
    waits = [before for before, now in pairwise(seen) if now == "time"]
    assert waits.count("time") == 1  # both products of attention are torch's
    assert set(waits) == {"time", "wait 0.2"}


def test_growth_is_a_table_and_a_figure(engine, monkeypatch, capsys, tmp_path) -> None:
    path = tmp_path / "growth.svg"
    grid = ("--lengths", "16", "32", "--counts", "1", "2", "--figure", str(path))
    run(engine, monkeypatch, "--growth", *grid)
    cells = [line.split(" | ")[:2] for line in capsys.readouterr().out.splitlines()[4:]]
    assert cells == [["| 16", "1"], ["| 16", "2"], ["| 32", "1"], ["| 32", "2"]]
    assert "2 positions" in path.read_text()


def test_windows_are_text_that_comes_back_as_the_same_tokens(engine) -> None:
    """Else inseq, which tokenises text itself, would measure other tokens."""

    class Words:
        def __call__(self, text: str) -> dict[str, list[int]]:
            return {"input_ids": [len(word) for word in text.split()]}

    frame = engine.windows(Words(), 3, 200, 2)
    assert [len(ids) for ids in frame.token_ids] == [201] * 3
    assert frame.token_ids[1][:-1] == frame.token_ids[0][1:]
    assert frame.positions[0] == [149, 199]


def test_a_slower_type_is_left_out_in_one_sentence(engine, monkeypatch, capsys) -> None:
    times = {"bfloat16": 9.0, "float32": 1.0}
    monkeypatch.setattr(speed, "seconds_of_product", lambda dtype, _: times[dtype])
    run(engine, monkeypatch, "--length", "24", "--positions", "1", "--dtypes", "bfloat16")
    printed = capsys.readouterr().out
    assert printed.startswith("## bfloat16 left out\n")
    assert "takes 9.0 times as long as in float32" in printed
    assert "| ours" not in printed
