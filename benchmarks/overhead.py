"""Snakemake's share of the processor time of a study in many parts.

`python benchmarks/overhead.py` makes the tiny study of the tests (a model of some kB) with one window in
each of 2,000 parts, plans it, and measures the first 20 parts. It prints a Markdown table; the rows for
all parts are computed from the means of those that ran. Needs the extras `pipeline` and `dev`.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
RECOMMENDED = 600  # seconds of one core that a part should take (docs/scale.md)
# Read by every Python process at its start: at its end, each notes what it was and its processor time.
HOOK = """
import atexit, os, sys, time

def note():
    kind = "script" if "/scripts/" in sys.argv[0] else "job" if "--mode" in sys.argv else "main"
    with open(os.environ["TIMES"], "a") as file:
        file.write(f"{kind} {time.process_time()}\\n")

atexit.register(note)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=20, help="how many parts are measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder, "study"), arguments.parts)
        hook = Path(folder, "hook")
        hook.mkdir()
        (hook / "sitecustomize.py").write_text(HOOK)
        run(study, hook, "windows", "models")
        planned = run(study, hook, "influence", "--dry-run")
        measured = run(study, hook, "influence", stop_after=arguments.jobs)
    print("\n".join(table(planned, measured, arguments.parts)))


def make_study(folder: Path, parts: int) -> Path:
    """The tests' tiny study: one arm, one objective, and as many windows and parts as asked."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from tiny_study import new_clone, write_text

    clone = new_clone(folder)
    write_text(folder / "inputs/first.txt", 1, words=100 + 20 * parts)  # 12 words for each window
    arm = clone.config()["arms"][0] | {"objectives": ["true_logit"]}
    clone.configure(arms=[arm], windows__per_seed=parts, influence__windows_per_job=1)
    return folder


def run(
    study: Path, hook: Path, *arguments: str, stop_after: int | None = None
) -> dict[str, list[float]]:
    """The processor times (s) of the processes of one start of Snakemake, by their kind.

    stop_after: Snakemake is told to start no further jobs after so many parts.
    """
    times = hook / "times"
    times.write_text("")
    own = {"PYTHONPATH": f"{hook}{os.pathsep}{study}", "TIMES": str(times), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments, "--quiet", "all"]
    log = study / "log"
    with log.open("w") as words:
        process = subprocess.Popen(
            command, cwd=study, env=os.environ | own, stdout=words, stderr=subprocess.STDOUT
        )
    parts = study / "results/parts/predictions"
    while stop_after and process.poll() is None:
        if sum(1 for _ in parts.rglob("*.parquet")) >= stop_after:
            process.send_signal(signal.SIGTERM)
            break
        time.sleep(0.2)
    status = process.wait()
    if status and not stop_after:
        sys.exit(log.read_text())
    found: dict[str, list[float]] = {"main": [], "job": [], "script": []}
    for line in times.read_text().splitlines():
        kind, seconds = line.split()
        found[kind].append(float(seconds))
    return found


def table(
    planned: Mapping[str, Sequence[float]], measured: Mapping[str, Sequence[float]], parts: int
) -> list[str]:
    """The lines of the table, from the processor times (s) of a plan and of a run of some parts."""
    (plan,), (whole,), jobs = planned["main"], measured["main"], len(measured["job"])
    scheduling = (whole - plan) / jobs
    child = sum(measured["job"]) / jobs
    script = sum(measured["script"]) / len(measured["script"])
    total = plan + parts * (scheduling + child)
    rows = {
        f"planning {parts:,} parts": plan,
        "Snakemake's main process, for each job": scheduling,
        "the process that Snakemake starts for a job": child,
        "the job's script: imports, the model, one window": script,
        f"Snakemake in all, for {parts:,} parts": total,
    }
    shares = {"of ten minutes": RECOMMENDED, "of one window of a tiny model": script}
    return [
        "| what | processor time (s) |",
        "|---|---:|",
        *(f"| {what} | {seconds:,.2f} |" for what, seconds in rows.items()),
        "",
        *(
            f"Snakemake's share with parts {which}: {total / (total + parts * seconds):.1%}"
            for which, seconds in shares.items()
        ),
    ]


if __name__ == "__main__":
    main()
