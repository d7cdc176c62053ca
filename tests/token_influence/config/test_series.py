"""The section `series`: its keys, and that they name what the study and the library have."""

import pytest
from raw_studies import DEFAULT, assert_refused, change, refusal

from token_influence.config import load_study

LETTERS = {"mine": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("models", ["gpt9"], ["series.models[0]: found the model 'gpt9', which is not defined"]),
        ("systems", ["rossler"], ["series.systems[0]: found 'rossler'; allowed", "'brownian'"]),
        ("systems", [], ["series.systems: found none; allowed is at least one of logistic, lor"]),
        ("systems", ["lorenz", "lorenz"], ["series.systems[1]: found 'lorenz' a second time"]),
        ("methods", ["fisher", "fisher"], ["series.methods[1]: found 'fisher' a second time"]),
        ("methods", ["saliency"], ["series.methods[0]: found 'saliency', which is no method"]),
        ("own", LETTERS, ["series.own.mine[0]: found 'a'; allowed is a valid number"]),
        ("own", {"mine": []}, ["series.own.mine: found an empty list"]),
        ("own", {"mine": [1.0, float("inf")]}, ["series.own.mine[1]: found inf"]),
        ("own", {"lorenz": [1.0, 2.0]}, ["series.own: found the name 'lorenz', which is that of"]),
        ("per_system", 0, ["series.per_system: found 0"]),
        ("dimension", 51, ["series.dimension: found 51"]),
        ("frequency", 3, ["series.frequency"]),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_sentence(key, value, parts):
    assert_refused(change(f"series/{key}", value), parts)


def test_a_method_with_options_is_allowed():
    label = "integrated_gradients-steps=5"
    assert load_study(change("series/methods", [label])).series.methods == [label]


def test_a_series_of_ones_own_stands_alone_and_may_be_whole_numbers():
    raw = change("series/own", {"mine": [1, 2, 3.5]})
    raw["series"]["systems"] = []
    assert load_study(raw).series.own == {"mine": [1.0, 2.0, 3.5]}


def test_without_the_section_there_is_none():
    assert load_study(DEFAULT | {"series": None}).series is None
    assert "series: found" in refusal(DEFAULT | {"series": 3})
