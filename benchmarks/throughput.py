"""How many windows a minute one job measures, and two at once; and what the cost model expects.

`python benchmarks/throughput.py` runs a study of one arm in this folder, for each number of jobs at
once, and prints a Markdown table. A machine that does other work gives other numbers. The study's
results lie in results/studies/throughput and are deleted at the end.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from snakemake.utils import update_config

from token_influence.config import Study, load_study, read_config
from token_influence.cost.estimate import cost_of_parallel_jobs, readings
from token_influence.cost.jobs import START_SECONDS

RESULTS = "results/studies/throughput"
ARM = {
    "models": ["smollm2-135m-instruct-q4_1"],
    "weights": ["trained"],
    "corpora": ["gutenberg"],
    "orders": ["intact"],
    "objectives": ["true_logit"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=4, help="of the study, one for each seed")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "throughput.yaml")
        file.write_text(yaml.safe_dump(overlay(arguments.jobs)))
        try:
            rows = [row(file, at_once) for at_once in arguments.at_once]
        finally:
            shutil.rmtree(RESULTS, ignore_errors=True)
            shutil.rmtree(f"logs/{RESULTS}", ignore_errors=True)
    print(
        "| jobs at once | windows per minute | seconds | expected seconds | expected to measured |"
    )
    print("|---|---|---|---|---|")
    print("\n".join(rows))


def overlay(jobs: int) -> dict[str, object]:
    """The default study's windows in one arm, and nothing else."""
    nothing = dict.fromkeys(["response", "faithfulness", "series", "prompts"])
    return {"results": RESULTS, "seeds": list(range(jobs)), "arms": [ARM], **nothing}


def row(file: Path, at_once: int) -> str:
    """Measure all windows anew with so many jobs at once, after an estimate for as many."""
    snakemake(file, at_once, "windows", "models")  # what the measurements need
    raw = read_config(Path("config.yaml"))
    update_config(raw, read_config(file))
    study = load_study(raw)
    expected = estimate(study, at_once)
    planning = snakemake(file, at_once, "influence", "--dry-run")
    took = snakemake(file, at_once, "influence", "--forcerun", "measure_influence") - planning
    minute = 60 * len(study.seeds) * study.windows.per_seed / took
    return f"| {at_once} | {minute:.1f} | {took:.0f} | {expected:.0f} | {expected / took:.2f} |"


def estimate(study: Study, at_once: int) -> float:
    """The seconds that the cost model expects, calibrated in as many processes (docs/studies.md)."""
    facts = {name: study.models[name].facts.model_dump() for name in ARM["models"]}
    jobs = {"measure_influence": len(study.seeds)}
    cost = cost_of_parallel_jobs(study, readings(study, facts), jobs, cores=at_once, seconds=10.0)
    return (cost.measuring + START_SECONDS * len(study.seeds)) / at_once


def snakemake(file: Path, cores: int, *arguments: str) -> float:
    """Run Snakemake with the study, and return its seconds."""
    study = ["--cores", str(cores), "--configfile", str(file), "--quiet", "all"]
    command = [sys.executable, "-m", "snakemake", *arguments, *study]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
