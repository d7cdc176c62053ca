"""Every kernel's rate is printed for every number of rows."""

import sys
from types import ModuleType

import pytest
import torch


@pytest.fixture
def kernels(load, monkeypatch) -> ModuleType:
    """The benchmark, in which every product is computed and said to take a millisecond."""
    module = load("engine_kernels")
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    monkeypatch.setattr(module, "PAUSE", 0)
    monkeypatch.setattr(module, "median_seconds", lambda product: 0.001 + 0 * len(product()))
    return module


def test_a_line_for_each_number_of_rows(kernels, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["engine_kernels.py", "--rows", "64", "512", "--rounds", "1"])
    kernels.main()
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head == "| rows | torch | oneDNN | numpy |"
    numbers = [[float(cell) for cell in line.strip("|").split("|")] for line in lines]
    assert [row[0] for row in numbers] == [64, 512]
    assert all(
        512 / 64 * few == pytest.approx(many, rel=0.1) for few, many in zip(*numbers, strict=True)
    )


def test_a_rate_is_the_work_over_the_time(kernels) -> None:
    # Products of 10 rows with all weights of the layer, in seven times a millisecond.
    work = 2 * 10 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536)
    rates = kernels.rates(10, 1)
    assert rates == pytest.approx(dict.fromkeys(["torch", "oneDNN", "numpy"], work / 0.007 / 1e9))
