"""Passes over passages: each score and reference once, whatever measures need it."""

import pytest
from raw_studies import DEFAULT, MODEL, change

from token_influence.config import load_study
from token_influence.config.faithfulness import METHODS, REFERENCED
from token_influence.cost import explanations
from token_influence.cost.explanations import PASSAGE_TOKENS, explanation_operations

SIZES = {"parameters": 1000, "vocabulary": 30, "width": 10, "tied": True}
PASS = 2 * PASSAGE_TOKENS * 700


def passes(**group) -> float:
    raw = change("faithfulness/groups/0", {"models": [MODEL], "data": ["lambada"]} | group)
    return explanation_operations(load_study(raw), {MODEL: SIZES}) / PASS


@pytest.mark.parametrize(
    ("method", "number"),
    [
        ("random", 0),
        ("semantic", 2),
        ("fisher", 2),
        ("fisher-rank=4", 5),
        ("fisher_trace", 11),
        ("integrated_gradients", 200),
        ("integrated_gradients-steps=5-weighted=True", 10),
    ],
)
def test_a_method_costs_its_passes_and_a_measure_its_ablations(method, number):
    found = passes(methods=[method], measures=["aopc"], passages=3)
    assert found == pytest.approx(3 * (number + 4))


def test_scores_are_counted_once_for_all_measures_and_conventions():
    group = {"methods": ["semantic"], "measures": ["aopc", "curve"], "passages": 5}
    both = passes(**group, conventions=["as_in_paper", "as_in_code"])
    assert both == pytest.approx(5 * (2 + 2 * (4 + 9)))


def test_a_reference_is_counted_once_for_all_methods():
    found = passes(methods=["random", "semantic"], measures=["lds"], passages=2)
    assert found == pytest.approx(2 * (2 + 129))


def test_scores_are_judged_by_their_nearness_without_the_model():
    assert passes(methods=["semantic"], measures=["nearness"], passages=2) == pytest.approx(4)


def test_a_sanity_check_takes_the_scores_of_every_state_of_the_weights():
    sanity = {"models": [MODEL], "data": ["lambada"], "methods": ["semantic", "fisher_trace"]}
    raw = change("faithfulness/sanity", sanity | {"passages": 3, "layers": [1, 2]})
    more = explanation_operations(load_study(raw), {MODEL: SIZES})
    less = explanation_operations(load_study(DEFAULT), {MODEL: SIZES})
    assert (more - less) / PASS == pytest.approx(3 * 4 * (2 + 11))


def test_without_the_section_it_costs_nothing():
    assert explanation_operations(load_study(change("faithfulness", None)), {}) == 0


def test_every_method_and_reference_of_the_config_has_a_cost():
    assert set(explanations.REFERENCE_FORWARDS) == set(REFERENCED)
    for method in METHODS:
        assert passes(methods=[method], measures=["lds"], passages=1) >= 129
