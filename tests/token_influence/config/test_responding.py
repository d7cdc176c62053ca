"""What follows from the section `response`: its arms, and that it fits the rest of the study."""

import pytest
from raw_studies import DEFAULT, MODEL, assert_refused, change

from token_influence.config import load_study, response_arms


def test_the_default_study_changes_inputs_of_both_intact_arms():
    found = [arm.names for arm in response_arms(load_study(DEFAULT))]
    assert found == [(MODEL, "trained", corpus, "intact") for corpus in ("gutenberg", "wikipedia")]


def test_without_the_section_no_input_is_changed():
    assert response_arms(load_study(change("response", None))) == []


def test_arms_that_the_study_does_not_measure_are_left_out():
    study = load_study(change("response/weights", ["random"]))
    assert [arm.names for arm in response_arms(study)] == [(MODEL, "random", "gutenberg", "intact")]


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("models", ["gpt"], ["response.models[0]: found the model 'gpt', which is not defined"]),
        ("corpora", ["web"], ["response.corpora[0]: found the corpus 'web', which is not def"]),
        ("seeds", 5, ["response.seeds: found 5; allowed is at most 4, the number of seeds"]),
        ("windows", 9, ["response.windows: found 9; allowed is at most 8, the windows of each se"]),
        ("predictions", 5, ["response.predictions: found 5; allowed is at most 4"]),
        (
            "distances",
            [1, 300],
            ["response.distances: found 300; allowed is at most 256, the largest distance that"],
        ),
        (
            "classes",
            {"tail": 300},
            ["response.classes.tail: found 300; allowed is at most 256, the largest distance that"],
        ),
        (
            "every_source",
            {"windows": 2, "length": 600},
            ["response.every_source.length: found 600; allowed is at most 512"],
        ),
        (
            "every_source",
            {"windows": 9, "length": 64},
            ["response.every_source.windows: found 9; allowed is at most 8"],
        ),
    ],
)
def test_what_does_not_fit_the_study_is_refused_with_one_sentence(key, value, parts):
    assert_refused(change(f"response/{key}", value), parts)


def test_parts_that_would_take_too_long_to_plan_are_refused():
    raw = change("windows/per_seed", 10_000)
    # Two arms, with 3,000 windows in two rules and 2,000 in the third: 8,000 jobs for each.
    section = {"windows": 3000, "every_source": {"windows": 2000, "length": 64}}
    raw["response"] |= section | {"windows_per_job": 1}
    load_study(raw)
    raw["response"]["seeds"] = 2
    assert_refused(raw, ["response.windows_per_job: found 1, which makes 32000 jobs", "most 20000"])
