"""Snakemake's share of the processor time of a study in many parts.

`python benchmarks/overhead.py` makes the tiny study of the tests (a model of some kB) with one window in
each of 2,000 parts, plans it, measures some parts, and one more as a job of a cluster does. It prints a
Markdown table; the sums for all parts are computed from the means of those that ran. Needs the extras
`pipeline` and `dev`.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).parents[1]
RECOMMENDED = 600  # seconds of one core that a part should take (docs/scale.md)
PART = "measure_influence:model=tiny,weights=trained,corpus=first,order=intact,seed=0,span={0}-{0}"
AS_ON_A_CLUSTER = (
    "--mode",
    "remote",
    "--force",
    "--nolock",
    "--allowed-rules",
    "measure_influence",
)


@dataclass(frozen=True)
class Reading:
    """Processor times (s) of Snakemake and of the scripts that have ended; the parts that are there."""

    snakemake: float
    scripts: float
    parts: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=2000)
    parser.add_argument("--measured", type=int, default=20, help="parts that are measured")
    arguments = parser.parse_args()
    parts, measured = arguments.parts, arguments.measured
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder, "study"), parts)
        readings(study, "windows", "models")
        plan = readings(study, "influence", "--dry-run")
        some = readings(study, "influence", stop_after=measured)
        last = PART.format(parts - 1)
        alone = readings(study, "--target-jobs", last, *AS_ON_A_CLUSTER)
    print("\n".join(table(parts, plan, some, alone)))


def make_study(folder: Path, parts: int) -> Path:
    """The tests' tiny study: one arm, one objective, and as many windows and parts as asked."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from tiny_study import new_clone, write_text

    clone = new_clone(folder)
    write_text(folder / "inputs/first.txt", 1, words=100 + 20 * parts)  # 12 words for each window
    arm = clone.config()["arms"][0] | {"objectives": ["true_logit"]}
    clone.configure(arms=[arm], windows__per_seed=parts, influence__windows_per_job=1)
    return folder


def readings(study: Path, *arguments: str, stop_after: int | None = None) -> list[Reading]:
    """What one start of Snakemake took, read until it ended or so many parts were there."""
    own = {"PYTHONPATH": str(study), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    log, found = study / "log", []
    with log.open("w") as words:
        process = subprocess.Popen(
            command, cwd=study, env=os.environ | own, stdout=words, stderr=subprocess.STDOUT
        )
    watched = psutil.Process(process.pid)
    while not found or watched.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.2)
        parts = sum(1 for _ in study.glob("results/parts/predictions/**/*.parquet"))
        used = watched.cpu_times()
        children = used.children_user + used.children_system
        found.append(Reading(used.user + used.system, children, parts))
        if stop_after and parts >= stop_after:
            process.send_signal(signal.SIGTERM)  # no further job starts
            process.wait()
            return found
    if process.wait():
        sys.exit(log.read_text())
    return found


def table(parts: int, plan: list[Reading], some: list[Reading], alone: list[Reading]) -> list[str]:
    """The lines of the table, from the readings of a plan, of a run of some parts, and of one job."""
    first, last = next(each for each in some if each.parts), some[-1]
    measured = last.parts - first.parts
    planning = plan[-1].snakemake
    each = (last.snakemake - first.snakemake) / measured
    script = (last.scripts - first.scripts) / measured
    job = alone[-1].snakemake
    here, there = planning + parts * each, planning + parts * (each + job)
    rows = {
        f"planning {parts:,} parts": planning,
        "Snakemake, for each job": each,
        "on a cluster, also the Snakemake that each job starts": job,
        "the script of a job: imports, the model, one window": script,
        f"Snakemake for {parts:,} parts, on one machine": here,
        f"Snakemake for {parts:,} parts, on a cluster": there,
    }
    lengths = {"ten minutes": RECOMMENDED, "one window of a tiny model": script}
    return [
        "| what | processor time (s) |",
        "|---|---:|",
        *(f"| {what} | {seconds:,.2f} |" for what, seconds in rows.items()),
        "",
        *(
            f"Snakemake's share where a part takes {what}: {share(here, parts * seconds)} on one "
            f"machine, {share(there, parts * seconds)} on a cluster"
            for what, seconds in lengths.items()
        ),
    ]


def share(overhead: float, work: float) -> str:
    """The share of the overhead in all that is done, in percent."""
    return f"{overhead / (overhead + work):.1%}"


if __name__ == "__main__":
    main()
