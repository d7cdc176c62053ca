"""The arithmetic of an estimate, on the default study."""

import pytest
from tiny_study import REPOSITORY

from token_influence.config import Study, load_study, read_config
from token_influence.cost import estimate
from token_influence.cost.calibration import Rate
from token_influence.cost.estimate import (
    checkpoint_bytes,
    cost,
    duration,
    readings,
    result_bytes,
    training_facts,
    training_operations,
)
from token_influence.cost.operations import expected
from token_influence.errors import ConfigError

MODEL = "smollm2-135m-instruct-q4_1"


@pytest.fixture
def study() -> Study:
    return load_study(read_config(REPOSITORY / "config.yaml"))


@pytest.fixture
def facts(study: Study) -> dict:
    return {MODEL: study.models[MODEL].facts.model_dump()}


def test_jobs_are_grouped_by_what_their_cost_depends_on(study, facts):
    """Five arms and four seeds: the two arms that measure two objectives stand apart."""
    grouped = {reading.objectives: reading for reading in readings(study, facts)}
    assert {objectives: reading.jobs for objectives, reading in grouped.items()} == {1: 12, 2: 8}
    one = grouped[1]
    assert one.measurable == range(256, 512)
    # Positions 256..511 have 257..512 distances, 384.5 in the mean.
    assert one.rows == 6 * 16 * 4 * 384.5
    assert one.operations() == expected(facts[MODEL], one.measurable, 4, 1) * 16 * 6


def test_a_model_without_sizes_is_refused(study):
    with pytest.raises(ConfigError, match=rf"models\.{MODEL}\.facts: the key is missing"):
        readings(study, {})


@pytest.mark.parametrize("memory", [1e9, 9e9])
def test_a_cost_is_operations_by_rate_and_the_start_of_each_job(study, facts, monkeypatch, memory):
    asked = []
    monkeypatch.setattr(
        estimate, "calibrate", lambda *given: asked.append(given) or Rate(1e10, memory)
    )
    grouped = readings(study, facts)
    found = cost(study, grouped, {"measure_influence": 20, "fit_decay": 7}, seconds=3.0)
    assert [given[-1] for given in asked] == [3.0], "one shape of measurement"
    recompute = memory > 4e9
    operations = sum(reading.operations(recompute) for reading in grouped)
    assert found.operations == pytest.approx(operations)
    assert found.measuring == pytest.approx(operations / 1e10 + 20 * 5.0)
    fits = (8 * 3 * 5 + 60) / (
        8 * 3 * 3 + 60
    )  # five samples here, three in the study that was timed
    assert found.rest == pytest.approx(27 * 2.0 + 7 * 5.0 * fits + 14.0)
    needed, recomputed = found.memory[MODEL]
    assert recomputed == recompute
    assert needed == pytest.approx(4e9 if recompute else 134_515_008 * 4 + 0.7e9 + 1e9)


def test_parts_start_more_jobs_that_are_shorter_and_are_kept(study, facts, monkeypatch):
    monkeypatch.setattr(estimate, "calibrate", lambda *given: Rate(1e10, 1e9))
    influence = study.influence.model_copy(update={"windows_per_job": 3})
    parts = study.model_copy(update={"influence": influence})
    grouped = readings(study, facts)
    whole, split = (cost(each, grouped, {}, seconds=1.0) for each in (study, parts))
    # Of 8 windows: parts of 3, 3 and 2; 20 arms and seeds; 5 s for each start.
    assert split.measuring == pytest.approx(whole.measuring + 20 * 2 * 5.0)
    assert whole.slowest.longest == pytest.approx(8 * whole.slowest.window + 5.0)
    assert split.slowest.longest == pytest.approx(3 * whole.slowest.window + 5.0)
    # The cluster has more cores than there is work; jobs of two threads are shorter.
    alone = whole.slowest.longest
    assert whole.parallel(10**6) == alone == 2 * whole.parallel(10**6, threads=2)
    assert whole.parallel(2) == pytest.approx((whole.measuring + whole.rest) / 2)
    profiles = 7 * 1.5e6
    assert result_bytes(parts, grouped) - profiles == 2 * (result_bytes(study, grouped) - profiles)


def test_bytes_are_those_of_results_and_of_converted_checkpoints(study, facts):
    rows = sum(reading.rows for reading in readings(study, facts))
    assert result_bytes(study, readings(study, facts)) == pytest.approx(5.5 * rows + 7 * 1.5e6)
    assert checkpoint_bytes(study, facts) == 4 * 134_515_008
    assert training_operations(study, facts) == 0


def test_a_training_costs_six_operations_for_each_token_and_weight():
    study = load_study(
        overlaid(read_config(REPOSITORY / "config.yaml"), "studies/emergence-small.yaml")
    )
    (model,) = {name for name, entry in study.models.items() if entry.training}
    entry = study.models[model]
    sizes = training_facts(entry.training, entry.context)
    layer = 12 * sizes["width"] ** 2 + 13 * sizes["width"]
    embeddings = 2 * sizes["vocabulary"] * sizes["width"]
    assert sizes["parameters"] == sizes["layers"] * layer + 2 * sizes["width"] + embeddings
    tokens = entry.training.checkpoints[-1] * entry.training.batch * entry.context
    weights = sizes["parameters"] - embeddings / 2
    assert training_operations(study, {model: sizes}) == 6 * weights * tokens
    assert checkpoint_bytes(study, {model: sizes}) == (
        4 * sizes["parameters"] * len(entry.training.checkpoints)
    )


def overlaid(config: dict, overlay: str) -> dict:
    """The configuration with a study laid over it, as Snakemake does."""
    from snakemake.utils import update_config

    update_config(config, read_config(REPOSITORY / overlay))
    return config


def test_durations_are_in_minutes_up_to_two_hours():
    assert [duration(hours) for hours in (0.5, 1.99, 2.0, 30.25)] == [
        "30 min",
        "119 min",
        "2.0 h",
        "30.2 h",
    ]
