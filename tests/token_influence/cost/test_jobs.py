"""What jobs are expected to take, from the config alone."""

import subprocess
import sys
from typing import Any

import pytest
from tiny_study import REPOSITORY

from token_influence.config import Study, load_study, read_config
from token_influence.cost.explanations import explanation_operations
from token_influence.cost.jobs import (
    JOB_SECONDS,
    MEASURE_START_SECONDS,
    OTHER_SECONDS,
    RATE,
    START_SECONDS,
    USUAL_SIZES,
    job_seconds,
    sizes,
)

MODEL = "smollm2-135m-instruct-q4_1"
RULE = "measure_perturbations"


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(read_config(REPOSITORY / "config.yaml"))


def measuring(study: Study, **changes: int) -> float:
    """Seconds of one job of measuring, with changed windows, without its start."""
    changed = study.model_copy(update={"windows": study.windows.model_copy(update=changes)})
    seconds = job_seconds(changed, sizes(changed), {"measure_influence": 1})["measure_influence"]
    return seconds - START_SECONDS - MEASURE_START_SECONDS


def test_measuring_is_counted_by_windows_and_positions(study: Study):
    once = measuring(study)
    # docs/timings.md: 42 s of processor time on an idle machine, 58 s beside other work.
    assert 25 < once < 75
    assert measuring(study, per_seed=16) == pytest.approx(2 * once)
    assert 1.4 * once < measuring(study, positions=8) < 2 * once


def test_a_part_is_counted_by_its_own_windows(study: Study):
    influence = study.influence.model_copy(update={"windows_per_job": 2})
    parts = study.model_copy(update={"influence": influence})
    assert measuring(parts) == pytest.approx(measuring(study, per_seed=2))


def test_attribution_is_shared_out_over_its_jobs(study: Study):
    facts = sizes(study)
    found = job_seconds(study, facts, {"attribute_passages": 7, "measure_faithfulness": 7})
    counted = sum(7 * (seconds - START_SECONDS) for seconds in found.values())
    both = 7 * (JOB_SECONDS["attribute_passages"] + JOB_SECONDS["measure_faithfulness"])
    assert counted - both == pytest.approx(explanation_operations(study, facts) / RATE)


def test_jobs_that_change_inputs_are_counted_by_windows_and_share_them_in_parts(study: Study):
    def changing(jobs: int, **changes: Any) -> float:
        response = study.response.model_copy(update=changes)
        changed = study.model_copy(update={"response": response})
        return job_seconds(changed, sizes(changed), {RULE: jobs})[RULE] - started

    started = START_SECONDS + JOB_SECONDS[RULE]
    once = changing(2)
    assert 50 < once < 150  # about 100 s of processor time, beside other work
    assert changing(2, windows=80) == pytest.approx(10 * once)
    assert changing(20, windows=80) == pytest.approx(once)


def test_other_jobs_take_a_little_and_targets_nothing(study: Study):
    found = job_seconds(study, sizes(study), {"draw_sweep": 1, "fit_decay": 1, "all": 1})
    fits = START_SECONDS + JOB_SECONDS["fit_decay"]
    assert found == {"draw_sweep": START_SECONDS + OTHER_SECONDS, "fit_decay": fits, "all": 0.0}


def test_a_model_of_unknown_sizes_counts_as_a_usual_one(study: Study):
    model = study.models[MODEL].model_copy(update={"facts": None})
    assert sizes(study.model_copy(update={"models": {MODEL: model}})) == {MODEL: USUAL_SIZES}
    assert sizes(study)[MODEL]["parameters"] == USUAL_SIZES["parameters"]


def test_the_line_of_progress_starts_without_torch():
    told = "import sys, token_influence.cost.jobs, token_influence.cost.remaining\n"
    told += "assert not {'torch', 'pandas', 'scipy', 'transformers'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", told], check=True)
