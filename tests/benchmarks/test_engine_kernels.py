"""Every kernel's rate is printed for every number of rows."""

import sys

import pytest
import torch


def test_a_line_for_each_number_of_rows(load, monkeypatch, capsys) -> None:
    kernels = load("engine_kernels")
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    monkeypatch.setattr(kernels, "PAUSE", 0)
    monkeypatch.setattr(sys, "argv", ["engine_kernels.py", "--rows", "4", "64", "--rounds", "1"])
    kernels.main()
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head.split(" | ")[1:] == ["torch", "oneDNN", "numpy |"]
    numbers = [[float(cell) for cell in line.strip("|").split("|")] for line in lines]
    assert [row[0] for row in numbers] == [4, 64]
    assert all(rate > 0 for row in numbers for rate in row[1:])


def test_a_rate_is_the_work_over_the_time(load, monkeypatch) -> None:
    kernels = load("engine_kernels")
    monkeypatch.setattr(kernels, "PAUSE", 0)
    monkeypatch.setattr(kernels, "median_seconds", lambda product: 0.001)
    # Products of 10 rows with all weights of the layer, in seven times a millisecond.
    work = 2 * 10 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536)
    assert kernels.rates(10, 1)["torch"] == pytest.approx(work / 0.007 / 1e9)
