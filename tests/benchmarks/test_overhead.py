"""Snakemake's share of the processor time: each process counts as what it is, and the sums are right."""

import os
import subprocess
import sys


def test_each_process_notes_what_it_was(load, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(load("overhead").HOOK)
    (tmp_path / "scripts").mkdir()
    for name in ("main.py", "scripts/tmp.measure_influence.py"):
        (tmp_path / name).write_text("")
    times = tmp_path / "times"
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "TIMES": str(times)}
    for command in (
        ["main.py"],
        ["main.py", "--mode", "subprocess"],
        ["scripts/tmp.measure_influence.py"],
    ):
        name, *rest = command
        subprocess.run([sys.executable, str(tmp_path / name), *rest], env=environment, check=True)
    kinds, seconds = zip(*(line.split() for line in times.read_text().splitlines()), strict=True)
    assert kinds == ("main", "job", "script")
    assert all(float(each) > 0 for each in seconds)


def test_all_parts_are_computed_from_those_that_ran(load):
    planned, measured = {"main": [10.0]}, {"main": [14.0], "job": [2.0, 4.0], "script": [5.0, 5.0]}
    lines = load("overhead").table(planned, measured, 2000)
    assert "| Snakemake's main process, for each job | 2.00 |" in lines
    assert "| Snakemake in all, for 2,000 parts | 10,010.00 |" in lines
    assert lines[-2:] == [
        "Snakemake's share with parts of ten minutes: 0.8%",
        "Snakemake's share with parts of one window of a tiny model: 50.0%",
    ]
