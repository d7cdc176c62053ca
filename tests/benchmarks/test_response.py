"""The benchmark of interventions runs, and stops where the two ways differ."""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import pytest
import torch


@pytest.fixture
def benchmark(load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("response")
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    for switch in ("disable_progress_bar", "set_verbosity_error"):
        monkeypatch.setattr(import_module("engine_models"), switch, lambda: None)
    options = ["--size", "tiny", "--length", "24", "--changes", "2", "--rounds", "1"]
    monkeypatch.setattr(sys, "argv", ["response.py", *options, "--distances", "0", "3", "9"])
    return module


def test_it_compares_both_ways(benchmark: ModuleType, capsys) -> None:
    benchmark.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| shared prefixes", "| full passes"]
    assert lines[3].split(" | ")[2] == "1.00"
    assert float(lines[2].split(" | ")[3].removesuffix(" |")) < 1e-4


def test_it_stops_where_the_logits_differ(benchmark: ModuleType, monkeypatch) -> None:
    real = benchmark.plainly
    monkeypatch.setattr(benchmark, "plainly", lambda *arguments: 0.01 + real(*arguments))
    with pytest.raises(SystemExit, match=r"The logits of both ways differ by 0\.01"):
        benchmark.main()
