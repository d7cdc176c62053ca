"""What a study will take, before anything is downloaded: `make estimate STUDY=paper`.

Counts its jobs with Snakemake's dry run, asks where the sources lie how large they are, counts the
operations of measuring, and calibrates for some seconds with layers of the models' sizes. See
docs/studies.md.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from snakemake.utils import update_config

from token_influence.config import (
    Study,
    arms,
    left_out,
    load_study,
    read_config,
    source_at,
    sources_of_model,
)
from token_influence.config.schema import Training
from token_influence.cost.estimate import Cost, cost, readings, result_bytes
from token_influence.errors import TokenInfluenceError
from token_influence.files import read_json
from token_influence.models.description import architecture
from token_influence.sources.sizes import download_bytes
from token_influence.tables.headline import aligned
from token_influence.training.run import Settings, new_model

HOUR = 3600
BYTES_PER_PARAMETER = 2
SHOWN_RULES = 6


class Refused(Exception):
    """Nothing can be estimated; the message says why."""


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
    """How many jobs of each rule the whole study has."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--forceall", "--quiet", "rules"]
    if name is not None:
        command += ["--configfile", str(overlay(name))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    if done.returncode != 0:
        raise Refused(told.strip())
    rows = re.findall(r"^(\w+_\w+) +(\d+)$", told, re.MULTILINE)
    return {rule: int(number) for rule, number in rows}


def known_facts(study: Study, model: str) -> Mapping[str, Any] | None:
    """The sizes of a model: registered, or of the checkpoint that is here."""
    entry = study.models[model]
    manifest = Path("resources/models", model, "trained", "manifest.json")
    if entry.training is not None:
        return trained_facts(entry.training, entry.context)
    folder = study.sources[entry.source].local
    if entry.facts is not None:
        return entry.facts.model_dump()
    if manifest.is_file():
        return read_json(manifest)["facts"]
    return architecture(folder) if folder and entry.gguf is None else None


def trained_facts(training: Training, context: int | None) -> Mapping[str, Any]:
    """The sizes of a model that the study trains."""
    own = training.model_dump(include={field.name for field in fields(Settings)})
    with torch.device("meta"):
        model = new_model(Settings(context=context or 0, **own), training.vocabulary)
    sizes = training.model_dump(include={"layers", "width", "heads", "vocabulary"})
    return {**sizes, "parameters": model.num_parameters(), "tied": False}


def training_operations(study: Study, facts: Mapping[str, Mapping[str, Any]]) -> float:
    """Of all trainings: 6 for each token and each weight that it is multiplied with."""
    total = 0.0
    for model, sizes in facts.items():
        entry = study.models[model]
        if (training := entry.training) is not None:
            weights = sizes["parameters"] - sizes["vocabulary"] * sizes["width"]
            total += 6 * weights * training.checkpoints[-1] * training.batch * (entry.context or 0)
    return total


def used_sources(study: Study) -> Iterator[tuple[str, Mapping[str, Any], str | None]]:
    """Key and pins of each source that the study fetches, and the model that it holds, if one."""
    found: dict[str, tuple[Mapping[str, Any], str | None]] = {}
    for arm in arms(study):
        texts = list(study.corpora[arm.corpus].sources)
        if study.models[arm.model].training:
            texts += sources_of_model(study, arm.model)
        else:
            for weights in ("trained", arm.weights):
                name, source = source_at(study, study.models[arm.model].source, weights)
                found[name] = (source.model_dump(exclude_none=True), arm.model)
        for name in texts:
            found.setdefault(name, (study.sources[name].model_dump(exclude_none=True), None))
    yield from ((name, pins, model) for name, (pins, model) in found.items())


def downloads(study: Study, facts: Mapping[str, Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Bytes to download, and notes on the sources that are here or whose size nobody tells."""
    total, told = 0, defaultdict[str, list[str]](list)
    for name, pins, model in used_sources(study):
        if Path("resources/sources", name, "files").is_dir():
            told["here already"].append(name)
            continue
        size = download_bytes(pins)
        if size is None and model is not None:
            size = BYTES_PER_PARAMETER * facts[model]["parameters"]
            told["unknown, taken as 2 bytes a parameter"].append(name)
        elif size is None:
            told["not known and not counted"].append(name)
        total += size or 0
    return total, [f"{note}: {', '.join(names)}" for note, names in told.items()]


def kept_models(study: Study, facts: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of the checkpoints that are converted or trained, beside the sources themselves."""
    copies = {
        model: len(entry.training.checkpoints) if entry.training else int(entry.gguf is not None)
        for model, entry in study.models.items()
    }
    return sum(4 * facts[model]["parameters"] * copies[model] for model in facts)


def lines(name: str | None, cores: int, seconds: float, gpu: float) -> Iterator[list[str]]:
    """The estimate, line by line; at the end Refused if the disk is too small for it."""
    study = read_study(name)
    models = dict.fromkeys(arm.model for arm in arms(study))
    facts = {m: known for m in models if (known := known_facts(study, m)) is not None}
    found = readings(study, facts)
    jobs = planned_jobs(name)
    many = sorted(jobs.items(), key=lambda item: -item[1])[:SHOWN_RULES]
    what = f"{len(arms(study))} arms, {len(study.seeds)} seeds, {len(models)} models"
    for source, number in left_out(study).items():
        what += f"; without the {number} arms that need {source}, whose terms are not accepted"
    yield ["study", f"{name or 'default'} ({what})"]
    shown = ", ".join(f"{rule} {number}" for rule, number in many)
    yield ["jobs", f"{sum(jobs.values())} ({shown}, …)"]
    download, notes = downloads(study, facts)
    told = f" ({'; '.join(notes)})" if notes else ""
    yield ["to download", f"{download / 1e6:,.0f} MB{told}"]
    results = result_bytes(study, found)
    kept = download + kept_models(study, facts) + results
    yield ["to keep", f"{kept / 1e6:,.0f} MB, of which results {results / 1e6:,.0f} MB"]
    price = calibrated(
        partial(cost, study, found, jobs), study.influence.torch_threads, cores, seconds
    )
    yield ["operations", f"{price.operations:.2g} in matrix products"]
    for model, (size, recompute) in price.memory.items():
        how = ", layers computed again to keep within influence.memory_mb" if recompute else ""
        yield ["memory per job", f"{size / 1e9:.1f} GB for {model}{how}"]
    rate = price.operations / price.measuring / 1e9
    hours = (price.measuring + price.rest) / cores / HOUR
    yield [
        "on this machine",
        f"{duration(hours)} on {cores} cores: {price.measuring:,.0f} s of one core to measure "
        f"({rate:.0f} GFLOP/s a core), {price.rest:,.0f} s for the rest",
    ]
    if training := training_operations(study, facts):
        yield [
            "to train",
            f"{training / rate / 1e9 / cores / HOUR * 60:.0f} min more on {cores} cores, at that rate",
        ]
    there = price.operations / (gpu * 1e12) + price.rest / cores
    yield ["on a GPU", f"{duration(there / HOUR)} at {gpu:g} TFLOP/s, the rest on {cores} cores"]
    if kept > (free := shutil.disk_usage(".").free):
        raise Refused(
            f"The disk is too small: {kept / 1e6:,.0f} MB are to be kept, but {free / 1e6:,.0f} MB "
            "are free here."
        )


def calibrated(price: Callable[[float], Cost], threads: int, cores: int, seconds: float) -> Cost:
    """The cost, calibrated in as many processes at a time as there would be jobs: cores share caches,
    memory and, often, what does the arithmetic."""
    side_by_side = max(cores // threads, 1)
    with ProcessPoolExecutor(
        side_by_side, get_context("spawn"), torch.set_num_threads, (threads,)
    ) as pool:
        prices = list(pool.map(price, [seconds] * side_by_side))
    return replace(prices[0], measuring=mean(each.measuring for each in prices))


def duration(hours: float) -> str:
    """Hours, or minutes where there are few of them."""
    return f"{hours:.1f} h" if hours >= 2 else f"{60 * hours:.0f} min"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", help="name of a file in studies/; else config.yaml")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10.0, help="of calibration")
    parser.add_argument("--gpu-tflops", type=float, default=10.0, help="rate that a GPU sustains")
    arguments = parser.parse_args()
    table: list[list[str]] = []
    refused = None
    try:
        for line in lines(
            arguments.study, arguments.cores, arguments.seconds, arguments.gpu_tflops
        ):
            table.append(line)
    except (Refused, TokenInfluenceError) as refusal:
        refused = str(refusal)
    if table:
        print("\n".join(aligned(table)), flush=True)
    sys.exit(refused)


if __name__ == "__main__":
    main()
