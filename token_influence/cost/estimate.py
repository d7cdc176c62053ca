"""The cost of a study, from its configuration: operations, processor time, memory and bytes.

The cost of measuring is counted and calibrated (`operations`, `calibration`). The rest is small, and
estimated from what the default study took (docs/timings.md).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from math import ceil
from multiprocessing import get_context
from statistics import mean
from typing import Any

import torch

from token_influence.config import Study, arms, windows_of
from token_influence.config.corpora import Windows
from token_influence.config.models import Training
from token_influence.cost.calibration import Rate, calibrate
from token_influence.cost.jobs import (
    JOB_SECONDS,
    OTHER_SECONDS,
    PARAMETERS,
    PREPARE_SECONDS,
    START_SECONDS,
)
from token_influence.cost.operations import Facts, expected
from token_influence.cost.parts import Slowest, start_seconds
from token_influence.errors import ConfigError
from token_influence.training.run import Settings, new_model

TIMED_FITS = 1000 * (8 * 3 * 3 + 2 * 6 * 5)  # of the study in docs/timings.md, see `_fits`

ROW_BYTES = 5.5  # of an influence file, compressed
PROFILE_BYTES = 1.5e6  # of one arm and objective: profile, fits, two figures, its rows in tables
FLOAT_BYTES = 4
LIBRARY_BYTES = 0.7e9  # memory of Python and the libraries
HOUR = 3600


@dataclass(frozen=True)
class Reading:
    """All jobs in which one model reads windows of one shape, and the sizes that their cost depends on.

    facts: the model's sizes (see `models.description`); objectives: how many; jobs: how many.
    """

    model: str
    facts: Facts
    windows: Windows
    objectives: int
    jobs: int

    @property
    def measurable(self) -> range:
        """The positions that may be measured."""
        last = self.windows.max_position
        return range(self.windows.min_position, self.windows.length if last is None else last + 1)

    def operations(self, recompute: bool = False) -> float:
        """Floating-point operations of all jobs together; recompute: layers are recomputed."""
        drawn = self.windows.positions
        per_window = expected(self.facts, self.measurable, drawn, self.objectives, recompute)
        return per_window * self.windows.per_seed * self.jobs

    @property
    def shape(self) -> tuple[str, int, range, int]:
        """What the rate of a measurement depends on: model, length, positions, how many of them."""
        return self.model, self.windows.length, self.measurable, self.windows.positions

    @property
    def rows(self) -> float:
        """Expected rows in the influence files of all jobs: distances 0..i for every position i."""
        distances = (self.measurable.start + self.measurable.stop + 1) / 2
        predictions = self.jobs * self.windows.per_seed * self.windows.positions
        return predictions * self.objectives * distances


def readings(study: Study, facts: Mapping[str, Facts]) -> list[Reading]:
    """The study's measurements, grouped by model, shape of windows and number of objectives.

    facts: the sizes of each model. Raises ConfigError for a model whose sizes are not among them.
    """
    counted: dict[tuple[Any, ...], int] = {}
    for arm in arms(study):
        if arm.model not in facts:
            raise ConfigError(
                f"models.{arm.model}.facts: the key is missing; an estimate needs it while the model "
                "is not downloaded"
            )
        # Whose texts the windows come from changes no cost.
        windows = windows_of(study, arm.corpus).model_copy(update={"share_per_author": None})
        key = (arm.model, tuple(windows.model_dump().items()), len(arm.objectives))
        counted[key] = counted.get(key, 0) + len(study.seeds)
    return [
        Reading(model, facts[model], Windows(**dict(windows)), objectives, jobs)
        for (model, windows, objectives), jobs in counted.items()
    ]


@dataclass(frozen=True)
class Cost:
    """The cost of a study on one machine.

    operations: of all measurements; measuring, rest: processor seconds of one core for all measurements,
    and for all else; slowest: of the jobs that measure. memory: for each model the bytes of its largest
    job, and whether layers are recomputed to keep them that low.
    """

    operations: float
    measuring: float
    rest: float
    slowest: Slowest
    memory: Mapping[str, tuple[float, bool]]

    def parallel(self, cores: int, threads: int = 1) -> float:
        """Seconds on so many cores, where a job uses `threads`; the longest job is no shorter."""
        return max((self.measuring + self.rest) / cores, self.slowest.longest / threads)


def cost(
    study: Study, readings: Sequence[Reading], jobs: Mapping[str, int], seconds: float
) -> Cost:
    """The cost of the study on this machine, which is calibrated for about `seconds` in all.

    jobs: the number of jobs of each rule.
    """
    operations = measuring = longest = 0.0
    window_and_start = (0.0, 0.0)
    memory: dict[str, tuple[float, bool]] = {}
    limit = study.influence.memory_mb * 1e6
    rates = _calibrated_rates(readings, seconds)
    for reading in readings:
        rate, parameters = rates[reading.shape], reading.facts["parameters"]
        weights = FLOAT_BYTES * parameters + LIBRARY_BYTES
        recompute = weights + rate.memory > limit
        start = start_seconds(parameters)
        reading_operations = reading.operations(recompute)
        operations += reading_operations
        windows = reading.windows.per_seed
        window = reading_operations / rate.operations / (reading.jobs * windows)
        per_job = min(windows, study.influence.windows_per_job or windows)
        measuring += reading.jobs * (windows * window + ceil(windows / per_job) * start)
        window_and_start = max(window_and_start, (window, start))
        longest = max(longest, per_job * window + start)
        needed = min(weights + rate.memory, max(limit, weights))
        memory[reading.model] = max(memory.get(reading.model, (0.0, False)), (needed, recompute))
    slowest = Slowest(*window_and_start, longest)
    return Cost(operations, measuring, _rest(study, readings, jobs), slowest, memory)


def cost_of_parallel_jobs(
    study: Study,
    readings: Sequence[Reading],
    jobs: Mapping[str, int],
    *,
    cores: int,
    seconds: float,
) -> Cost:
    """The cost, calibrated in as many processes at once as jobs would run on `cores`.

    Cores share caches, memory and often arithmetic units, so that one job alone would be faster.
    """
    threads = study.influence.torch_threads
    processes = max(cores // threads, 1)
    with ProcessPoolExecutor(
        processes, get_context("spawn"), torch.set_num_threads, (threads,)
    ) as pool:
        costs = list(pool.map(partial(cost, study, readings, jobs), [seconds] * processes))
    return replace(costs[0], measuring=mean(one.measuring for one in costs))


def _calibrated_rates(
    readings: Sequence[Reading], seconds: float
) -> dict[tuple[str, int, range, int], Rate]:
    """The rate of this machine for each shape of measurement."""
    facts = {reading.shape: reading.facts for reading in readings}
    return {shape: calibrate(facts[shape], *shape[1:], seconds / len(facts)) for shape in facts}


def _rest(study: Study, readings: Sequence[Reading], jobs: Mapping[str, int]) -> float:
    """Processor seconds of all jobs but measuring."""
    fits = _fits(study) / TIMED_FITS
    seconds = START_SECONDS * sum(jobs.values())
    for rule, number in jobs.items():
        per_job = JOB_SECONDS.get(rule, OTHER_SECONDS)
        if rule in ("fit_decay", "compare_controls", "compare_objectives"):
            per_job *= fits
        if rule not in ("measure_influence", "prepare_model"):
            seconds += number * per_job
    sizes = {reading.model: reading.facts["parameters"] for reading in readings}
    return seconds + PREPARE_SECONDS * sum(sizes.values()) / PARAMETERS


def _fits(study: Study) -> int:
    """The number of fits of one profile: resamples × (families × ranges × samples, and the sweep).

    Numbers of skipped sources share their fits.
    """
    decay = study.decay
    fits = len(decay.families) * len(decay.ranges) * (len(study.seeds) + 1)
    sweep = decay.sweep
    sweep_fits = len(sweep.families) * len(sweep.lowest) * (len(sweep.highest) + 1)
    return decay.bootstrap.resamples * (fits + sweep_fits)


def training_facts(training: Training, context: int | None) -> Facts:
    """The sizes of a model that the study trains."""
    settings = training.model_dump(include={field.name for field in fields(Settings)})
    with torch.device("meta"):
        model = new_model(Settings(context=context or 0, **settings), training.vocabulary)
    sizes = training.model_dump(include={"layers", "width", "heads", "vocabulary"})
    return {**sizes, "parameters": model.num_parameters(), "tied": False}


def training_operations(study: Study, facts: Mapping[str, Facts]) -> float:
    """Floating-point operations of all trainings.

    These are 6 for each token and each weight that it is multiplied with: 2 forward, 4 backward.
    """
    total = 0.0
    for model, sizes in facts.items():
        entry = study.models[model]
        if (training := entry.training) is not None:
            weights = sizes["parameters"] - sizes["vocabulary"] * sizes["width"]
            tokens = training.checkpoints[-1] * training.batch * (entry.context or 0)
            total += 6 * weights * tokens
    return total


def checkpoint_bytes(study: Study, facts: Mapping[str, Facts]) -> int:
    """Bytes of the checkpoints that are converted or trained; downloaded ones stay as sources."""
    copies = {
        model: len(entry.training.checkpoints) if entry.training else int(entry.gguf is not None)
        for model, entry in study.models.items()
    }
    return sum(FLOAT_BYTES * facts[model]["parameters"] * copies[model] for model in facts)


def result_bytes(study: Study, readings: Sequence[Reading]) -> float:
    """Bytes of the study's results; parts stay beside the files that they are merged into."""
    profiles = sum(len(arm.objectives) for arm in arms(study))
    copies = 1 if study.influence.windows_per_job is None else 2
    return copies * ROW_BYTES * sum(reading.rows for reading in readings) + PROFILE_BYTES * profiles


def duration(hours: float) -> str:
    """Hours in words, or minutes where there are fewer than two hours."""
    return f"{hours:.1f} h" if hours >= 2 else f"{60 * hours:.0f} min"
