"""What a study will take, before anything is downloaded: `make estimate STUDY=paper`.

And what an interval of p of some width would take, from the study's results: `make estimate
WIDTH=0.15`.

Counts its jobs with Snakemake's dry run, asks the servers for the sizes of the sources, counts the
operations of measuring (token_influence/cost), and calibrates for some seconds on layers with the
models' sizes. See docs/studies.md.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from snakemake.utils import update_config

from token_influence.config import (
    Study,
    arms,
    explanations,
    forecasts,
    left_out,
    load_study,
    prompted_models,
    read_config,
    used_sources,
)
from token_influence.cost.estimate import (
    HOUR,
    checkpoint_bytes,
    cost_of_parallel_jobs,
    duration,
    readings,
    result_bytes,
    training_facts,
    training_operations,
)
from token_influence.cost.explanations import explanation_operations
from token_influence.cost.forecasts import forecast_operations
from token_influence.cost.parts import Slowest, slowest_change
from token_influence.cost.responses import response_changes
from token_influence.cost.widths import Advice, advise
from token_influence.decay.design import KEYS
from token_influence.errors import TokenInfluenceError
from token_influence.files import read_json
from token_influence.models.description import architecture
from token_influence.sources.sizes import download_bytes
from token_influence.tables.text import aligned

BYTES_PER_PARAMETER = 2
SHOWN_RULES = 6
WIDEST = 5.0  # no interval of p is wider, since p is at most 5


class Refused(Exception):
    """There is no estimate; the message says why."""


def read_study(name: str | None) -> Study:
    """config.yaml, with studies/NAME.yaml laid over it as Snakemake does."""
    raw = read_config(Path("config.yaml"))
    if name is not None:
        update_config(raw, read_config(overlay(name)))
    return load_study(raw)


def overlay(name: str) -> Path:
    path = Path("studies", f"{name}.yaml")
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in Path("studies").glob("*.yaml")))
        raise Refused(f"There is no study {name!r}; allowed: {there or 'none is there'}.")
    return path


def planned_jobs(name: str | None) -> dict[str, int]:
    """The number of jobs of each rule in the whole study."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--forceall", "--quiet", "rules"]
    if name is not None:
        command += ["--configfile", str(overlay(name))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    if done.returncode != 0:
        raise Refused(output.strip())
    rows = re.findall(r"^(\w+_\w+) +(\d+)$", output, re.MULTILINE)
    return {rule: int(number) for rule, number in rows}


def known_facts(study: Study, model: str) -> Mapping[str, Any] | None:
    """The sizes of a model: from its training, the config, or a checkpoint in this folder."""
    entry = study.models[model]
    manifest = Path("resources/models", model, "trained", "manifest.json")
    if entry.training is not None:
        return training_facts(entry.training, entry.context)
    folder = study.sources[entry.source].local
    if entry.facts is not None:
        return entry.facts.model_dump()
    if manifest.is_file():
        return read_json(manifest)["facts"]
    return architecture(folder) if folder and entry.gguf is None else None


def downloads(study: Study, facts: Mapping[str, Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Bytes to download, and notes on the sources that are here or of unknown size."""
    total, noted = 0, defaultdict[str, list[str]](list)
    for name, used in used_sources(study).items():
        if Path("resources/sources", name, "files").is_dir():
            noted["here already"].append(name)
            continue
        size = download_bytes(used.source.model_dump(exclude_none=True))
        if size is None and used.model is not None:
            size = BYTES_PER_PARAMETER * facts[used.model]["parameters"]
            noted["unknown, taken as 2 bytes a parameter"].append(name)
        elif size is None:
            noted["not known and not counted"].append(name)
        total += size or 0
    return total, [f"{note}: {', '.join(names)}" for note, names in noted.items()]


def lines(
    name: str | None, cores: int, seconds: float, gpu: float, at_once: int | None
) -> Iterator[list[str]]:
    """The estimate, line by line; raises Refused at the end if the disk is too small for it.

    seconds: of calibration; gpu: the rate of a GPU in TFLOP/s; at_once: the jobs of a cluster.
    """
    study = read_study(name)
    models = dict.fromkeys(
        each.model for each in [*arms(study), *explanations(study), *forecasts(study)]
    )
    models |= dict.fromkeys(prompted_models(study))
    facts = {m: known for m in models if (known := known_facts(study, m)) is not None}
    measurements = readings(study, facts)
    jobs = planned_jobs(name)
    yield ["study", f"{name or 'default'} ({contents(study, len(models))})"]
    largest = sorted(jobs.items(), key=lambda item: -item[1])[:SHOWN_RULES]
    shown = ", ".join(f"{rule} {number}" for rule, number in largest)
    yield ["jobs", f"{sum(jobs.values())} ({shown}, …)"]
    download, notes = downloads(study, facts)
    noted = f" ({'; '.join(notes)})" if notes else ""
    yield ["to download", f"{download / 1e6:,.0f} MB{noted}"]
    results = result_bytes(study, measurements)
    kept = download + checkpoint_bytes(study, facts) + results
    yield ["to keep", f"{kept / 1e6:,.0f} MB, of which results {results / 1e6:,.0f} MB"]
    cost = cost_of_parallel_jobs(study, measurements, jobs, cores=cores, seconds=seconds)
    yield ["operations", f"{cost.operations:.2g} in matrix products"]
    for model, (size, recompute) in cost.memory.items():
        note = ", layers recomputed to keep within influence.memory_mb" if recompute else ""
        yield ["memory per job", f"{size / 1e9:.1f} GB for {model}{note}"]
    rate = cost.operations / cost.measuring / 1e9
    hours = (cost.measuring + cost.rest) / cores / HOUR
    yield [
        "on this machine",
        f"{duration(hours)} on {cores} cores: {cost.measuring:,.0f} s of one core to measure "
        f"({rate:.0f} GFLOP/s a core), {cost.rest:,.0f} s for the rest",
    ]
    threads = study.influence.torch_threads
    if at_once is not None:
        hours = cost.parallel(at_once * threads, threads) / HOUR
        yield ["on a cluster", f"{duration(hours)} with {at_once} such jobs at once"]
    yield from longest_line("longest job", "influence.windows_per_job", cost.slowest, threads)
    if training := training_operations(study, facts):
        minutes = training / rate / 1e9 / cores / HOUR * 60
        yield ["to train", f"{minutes:.0f} min more on {cores} cores, at that rate"]
    if attributing := explanation_operations(study, facts):
        more = duration(attributing / rate / 1e9 / cores / HOUR)
        yield ["to attribute", f"{more} more on {cores} cores, at that rate"]
    if changes := response_changes(study, facts):
        responding = sum(each.total for each in changes)
        more = duration(responding / rate / 1e9 / cores / HOUR)
        yield ["to respond", f"{more} more on {cores} cores, at that rate"]
        slowest = slowest_change(changes, facts, rate * 1e9, study.response.windows_per_job)
        yield from longest_line("longest of these", "response.windows_per_job", slowest, threads)
    if forecasting := forecast_operations(study, facts):
        more = duration(forecasting / rate / 1e9 / cores / HOUR)
        yield ["to forecast", f"{more} more on {cores} cores, at that rate"]
    attributing += forecasting + sum(each.total for each in changes)
    on_gpu = duration(((cost.operations + attributing) / (gpu * 1e12) + cost.rest / cores) / HOUR)
    yield ["on a GPU", f"{on_gpu} at {gpu:g} TFLOP/s, the rest on {cores} cores"]
    if kept > (free := shutil.disk_usage(".").free):
        raise Refused(
            f"The disk is too small: {kept / 1e6:,.0f} MB are to be kept, but {free / 1e6:,.0f} MB "
            "are free here."
        )


def longest_line(what: str, key: str, slowest: Slowest, threads: int) -> Iterator[list[str]]:
    """The longest job, and the value of the key that makes it shorter, where it is long."""
    if slowest.proposed is not None:
        yield [
            what,
            f"{duration(slowest.longest / threads / HOUR)}; with {key}: {slowest.part}, "
            f"{duration(slowest.proposed / threads / HOUR)}",
        ]


def width_lines(name: str | None, text: str, seconds: float) -> Iterator[list[str]]:
    """What intervals of p of the width `text` would take, arm by arm, from the study's results."""
    width = width_from(text)
    study = read_study(name)
    table = Path(study.results, "tables/decay.csv")
    run = "snakemake --cores all" + (f" --configfile {overlay(name)}" if name else "")
    if not table.is_file():
        raise Refused(f"{table} is not there, and a pilot is needed: run {run!r} first.")
    decay = pd.read_csv(table)
    if not set(KEYS) <= set(decay.columns):
        raise Refused(f"{table} has no variances of p; run {run!r} again.")
    facts = {arm.model: known_facts(study, arm.model) for arm in arms(study)}
    for profile, advice in advise(study, decay, facts, width, seconds):
        yield ["/".join(profile), "p is not determined" if advice is None else told(advice)]


def width_from(text: str) -> float:
    """A width of an interval of p."""
    try:
        width = float(text)
    except ValueError:
        width = 0.0
    if not 0 < width < WIDEST:
        raise Refused(
            f"WIDTH: found {text!r}, allowed: a number above 0 and below {WIDEST:g}, the width of "
            "the interval of p, such as 0.15."
        )
    return width


def told(advice: Advice) -> str:
    """One arm's variance, width and cheapest design, in words."""
    shares = ", ".join(f"{name} {share:.0%}" for name, share in advice.shares.items())
    if "documents" not in advice.shares:
        shares += " (documents are not told from windows)"
    now = f"{advice.width:.2f} from {advice.windows} windows of {advice.positions:g} positions"
    best = "no number of windows of these documents is enough"
    if advice.best is not None:
        best = (
            f"cheapest: {advice.best.windows} windows of {advice.best.positions} positions, "
            f"{duration(advice.best.seconds / HOUR)} of one core"
        )
    return f"{now}; variance: {shares}; {best}"


def contents(study: Study, models: int) -> str:
    """What the study measures, and what it leaves out."""
    words = f"{len(arms(study))} arms, {len(study.seeds)} seeds, {models} models"
    for source, number in left_out(study).items():
        words += f"; without the {number} arms that need {source}, whose terms are not accepted"
    return words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", help="name of a file in studies/ (default: none)")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10.0, help="duration of the calibration")
    parser.add_argument("--gpu-tflops", type=float, default=10.0, help="sustained rate of a GPU")
    parser.add_argument("--jobs", type=int, help="jobs at once on a cluster, each like one here")
    parser.add_argument("--width", help="wanted width of the intervals of p")
    arguments = parser.parse_args()
    study, width, seconds = arguments.study, arguments.width, arguments.seconds
    table: list[list[str]] = []
    refused = None
    try:
        found = lines(study, arguments.cores, seconds, arguments.gpu_tflops, arguments.jobs)
        for line in found if width is None else width_lines(study, width, seconds):
            table.append(line)
    except (Refused, TokenInfluenceError) as refusal:
        refused = str(refusal)
    if table:
        print("\n".join(aligned(table)), flush=True)
    sys.exit(refused)


if __name__ == "__main__":
    main()
