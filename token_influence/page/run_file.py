"""`run.js`: what changes from run to run, in a file beside a page that it is no part of."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from token_influence.files import atomic


def write_run_file(record: Mapping[str, Any], benchmarks: Path, path: str | Path) -> None:
    """Write the script that hands a page the run record and the wall time of each stage.

    record: content of `run.json`; benchmarks: see `stage_times`. Raises OutputError where the disk
    refuses it.
    """
    content = {"record": dict(record), "stages": stage_times(benchmarks)}
    with atomic(path) as temporary:
        temporary.write_text(f"window.RUN = {json.dumps(content)};\n", encoding="utf-8")


def stage_times(folder: Path) -> list[dict[str, Any]]:
    """For each rule: its name, the number of its jobs, and their wall time together, in seconds.

    folder: Snakemake's benchmark files, below a folder of the rule's name. They tell of the last time
    that a job ran, which may be an earlier run than the last one.
    """
    stages = []
    for rule in sorted(place for place in folder.glob("*") if place.is_dir()):
        seconds = [seconds_in(file) for file in sorted(rule.rglob("*.tsv"))]
        stages.append({"rule": rule.name, "jobs": len(seconds), "seconds": round(sum(seconds), 1)})
    return stages


def seconds_in(file: Path) -> float:
    """The wall time in a benchmark file, in seconds."""
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(float(row["s"]) for row in csv.DictReader(lines, delimiter="\t"))
