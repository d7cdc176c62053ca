"""What a study will take, from its configuration: jobs, bytes, operations, memory, hours.

Measuring is counted and calibrated (`operations`, `calibration`). What stands around it is small, and
taken from what the default study took (docs/timings.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from token_influence.config import Study, arms, windows_of
from token_influence.config.corpora import Windows
from token_influence.cost.calibration import Rate, calibrate
from token_influence.cost.operations import Facts, expected
from token_influence.errors import ConfigError

# Processor seconds of one job of a rule, on the machine of docs/timings.md.
JOB_SECONDS = {
    "fetch_source": 1.0,
    "build_corpus": 6.0,
    "draw_windows": 7.8,
    "shuffle_windows": 0.1,
    "aggregate_profiles": 0.3,
    "fit_decay": 5.0,
    "compare_controls": 3.0,
}
OTHER_SECONDS = 1.0  # a figure or a table
START_SECONDS = 2.0  # of Snakemake and Python, beside what a job itself takes
MEASURE_START_SECONDS = 5.0  # imports, checksums and loading, for a model of this many parameters
PREPARE_SECONDS = 14.0
PARAMETERS = 134_515_008

ROW_BYTES = 5.5  # of an influence file, compressed
PROFILE_BYTES = 1.5e6  # of one arm and objective: profile, fits, two figures, its rows in tables
FLOAT = 4
LIBRARIES = 0.7e9  # bytes that Python and the libraries hold


@dataclass(frozen=True)
class Reading:
    """All jobs in which one model reads windows of one kind: what they cost."""

    model: str
    facts: Facts
    windows: Windows
    objectives: int
    jobs: int

    @property
    def measurable(self) -> range:
        """Positions that may be measured."""
        last = self.windows.max_position
        return range(self.windows.min_position, self.windows.length if last is None else last + 1)

    def operations(self, recompute: bool = False) -> float:
        """Of all jobs together."""
        drawn = self.windows.positions
        each = expected(self.facts, self.measurable, drawn, self.objectives, recompute)
        return each * self.windows.per_seed * self.jobs

    @property
    def rows(self) -> float:
        """Rows of the influence files of all jobs: a distance 0..i for every position i."""
        distances = (self.measurable.start + self.measurable.stop + 1) / 2
        predictions = self.jobs * self.windows.per_seed * self.windows.positions
        return predictions * self.objectives * distances


def readings(study: Study, facts: Mapping[str, Facts]) -> list[Reading]:
    """What is read how often; facts: the sizes of each model.

    Raises ConfigError for a model without known sizes.
    """
    counted: dict[tuple[Any, ...], int] = {}
    for arm in arms(study):
        if arm.model not in facts:
            raise ConfigError(
                f"models.{arm.model}.facts: the key is missing; an estimate needs it as long as the "
                "model is not here"
            )
        windows = windows_of(study, arm.corpus)
        key = (arm.model, tuple(windows.model_dump().items()), len(arm.objectives))
        counted[key] = counted.get(key, 0) + len(study.seeds)
    return [
        Reading(model, facts[model], Windows(**dict(windows)), objectives, jobs)
        for (model, windows, objectives), jobs in counted.items()
    ]


@dataclass(frozen=True)
class Cost:
    """operations: of all measuring; seconds: of one processor, measuring and the rest; memory: bytes
    of the largest job of each model, and whether its layers are computed again to keep it so."""

    operations: float
    measuring: float
    rest: float
    memory: Mapping[str, tuple[float, bool]]


def cost(study: Study, found: Sequence[Reading], jobs: Mapping[str, int], seconds: float) -> Cost:
    """What the study costs on this machine, calibrated for about `seconds` in all.

    jobs: how many of each rule.
    """
    operations = measuring = 0.0
    memory: dict[str, tuple[float, bool]] = {}
    kinds = {
        (one.model, one.windows.length, one.measurable, one.windows.positions) for one in found
    }
    rates: dict[Any, Rate] = {}
    for one in found:
        kind = (one.model, one.windows.length, one.measurable, one.windows.positions)
        if kind not in rates:
            rates[kind] = calibrate(one.facts, *kind[1:], seconds / len(kinds))
        weights = FLOAT * one.facts["parameters"] + LIBRARIES
        bytes_plain = weights + rates[kind].memory
        recompute = bytes_plain > study.influence.memory_mb * 1e6
        done = one.operations(recompute)
        operations += done
        start = MEASURE_START_SECONDS * one.facts["parameters"] / PARAMETERS
        measuring += done / rates[kind].operations + one.jobs * start
        bounded = min(bytes_plain, max(study.influence.memory_mb * 1e6, weights))
        memory[one.model] = max(memory.get(one.model, (0.0, False)), (bounded, recompute))
    return Cost(operations, measuring, _around(study, found, jobs), memory)


def _around(study: Study, found: Sequence[Reading], jobs: Mapping[str, int]) -> float:
    """Processor seconds of all that is not measuring."""
    fits = _fits(study) / DEFAULT_FITS
    seconds = START_SECONDS * sum(jobs.values())
    for rule, number in jobs.items():
        each = JOB_SECONDS.get(rule, OTHER_SECONDS)
        if rule in ("fit_decay", "compare_controls"):
            each *= fits
        if rule not in ("measure_influence", "prepare_model"):
            seconds += number * each
    sizes = {one.model: one.facts["parameters"] for one in found}
    return seconds + PREPARE_SECONDS * sum(sizes.values()) / PARAMETERS


DEFAULT_FITS = 1000 * (8 * 3 * 3 + 2 * 6 * 5)


def _fits(study: Study) -> int:
    """Fits of one profile: resamples × (families × ranges × samples, and the sweep); numbers of
    skipped sources share theirs."""
    decay = study.decay
    own = len(decay.families) * len(decay.ranges) * (len(study.seeds) + 1)
    sweep = decay.sweep
    swept = len(sweep.families) * len(sweep.lowest) * (len(sweep.highest) + 1)
    return decay.bootstrap.resamples * (own + swept)


def result_bytes(study: Study, found: Sequence[Reading]) -> float:
    """Bytes of the results."""
    profiles = sum(len(arm.objectives) for arm in arms(study))
    return ROW_BYTES * sum(one.rows for one in found) + PROFILE_BYTES * profiles
