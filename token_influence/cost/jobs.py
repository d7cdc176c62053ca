"""What a job of each rule takes, from what the default study took (docs/timings.md).

It imports no torch, since the progress of a run needs it too.
"""

from collections.abc import Mapping
from statistics import mean

from token_influence.config import Study, arms, windows_of
from token_influence.cost.explanations import explanation_operations
from token_influence.cost.forecasts import forecast_operations
from token_influence.cost.operations import Facts, backward, forward, head
from token_influence.cost.responses import response_changes

# Processor seconds of one job by its rule, on the machine of docs/timings.md.
JOB_SECONDS = {
    "fetch_source": 1.0,
    "build_corpus": 6.0,
    "draw_windows": 7.8,
    "count_tokens": 7.8,
    "reorder_windows": 0.1,
    "aggregate_profiles": 0.3,
    "fit_decay": 5.0,
    "compare_controls": 3.0,
    "compare_objectives": 3.0,
    "fit_sensitivity": 2.0,
    # Imports, checksums and loading; what they compute is counted apart (`cost.explanations`).
    "attribute_passages": 6.0,
    "measure_reference": 6.0,
    "measure_faithfulness": 6.0,
    "explain_prompts": 30.0,  # the prompts of config.yaml, with a model of `PARAMETERS`
    "measure_series": 6.0,  # (`cost.forecasts`)
    "measure_perturbations": 6.0,  # (`cost.responses`)
    "measure_interventions": 6.0,
    "measure_sources": 6.0,
}
OTHER_SECONDS = 1.0  # of a figure or a table
START_SECONDS = 2.0  # that Snakemake and Python need for any job before it does its work
MEASURE_START_SECONDS = 5.0  # imports, checksums and loading, for a model with `PARAMETERS`
PREPARE_SECONDS = 14.0  # converting and checking a model with `PARAMETERS`
PARAMETERS = 134_515_008
USUAL_SIZES = {
    "parameters": PARAMETERS,
    "layers": 30,
    "width": 576,
    "vocabulary": 49152,
    "tied": True,
}
RATE = 110e9  # operations per second of one core of that machine


def job_seconds(
    study: Study, facts: Mapping[str, Facts], planned: Mapping[str, int]
) -> dict[str, float]:
    """Processor seconds of a job of each planned rule, in the mean over the study's jobs.

    facts: the sizes of each model; planned: the number of jobs by rule. Targets, which only collect
    files, take none.
    """
    seconds = {
        rule: START_SECONDS + JOB_SECONDS.get(rule, OTHER_SECONDS) if "_" in rule else 0.0
        for rule in planned
    }
    counted = {
        "measure_influence": MEASURE_START_SECONDS + _measuring_operations(study, facts) / RATE,
        "prepare_model": PREPARE_SECONDS,
    }
    seconds |= {rule: START_SECONDS + counted[rule] for rule in counted.keys() & planned.keys()}
    # The work of attributing and judging is shared out over all their jobs.
    computed = {
        ("attribute_passages", "measure_reference", "measure_faithfulness"): explanation_operations,
        ("measure_series",): forecast_operations,
    }
    for rules, operations in computed.items():
        there = [rule for rule in rules if rule in planned]
        jobs = sum(planned[rule] for rule in there)
        for rule in there:
            seconds[rule] += operations(study, facts) / RATE / jobs
    for each in response_changes(study, facts):
        if each.rule in planned:
            seconds[each.rule] += each.total / RATE / planned[each.rule]
    return seconds


def sizes(study: Study) -> dict[str, Facts]:
    """The sizes of each model as far as the config tells them; else those of SmolLM2-135M."""
    found: dict[str, Facts] = {}
    for name, entry in study.models.items():
        found[name] = entry.facts.model_dump() if entry.facts else USUAL_SIZES
        if (training := entry.training) is not None:
            width, vocabulary = training.width, training.vocabulary
            parameters = 12 * training.layers * width**2 + 2 * vocabulary * width
            own = {"parameters": parameters, "width": width, "vocabulary": vocabulary}
            found[name] = own | {"layers": training.layers, "tied": False}
    return found


def _measuring_operations(study: Study, facts: Mapping[str, Facts]) -> float:
    """Operations of one job that measures, in the mean over arms.

    Each backward pass counts the whole window up to its position; `cost.operations` counts it by
    segments.
    """
    operations, most = [], study.influence.windows_per_job
    for arm in arms(study):
        windows, sizes = windows_of(study, arm.corpus), facts[arm.model]
        last = windows.length - 1 if windows.max_position is None else windows.max_position
        rows = (windows.min_position + last) // 2 + 1  # of a backward pass, in the mean
        passes = windows.positions * len(arm.objectives)
        one = forward(sizes, windows.length, windows.length**2)
        one += passes * backward(sizes, rows, rows**2)
        one += head(sizes, windows.positions, len(arm.objectives))
        operations.append(min(windows.per_seed, most or windows.per_seed) * one)
    return mean(operations)
