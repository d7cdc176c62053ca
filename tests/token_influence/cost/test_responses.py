"""The work of changing inputs, by windows, predictions and rows."""

from typing import Any

import pytest
from raw_studies import DEFAULT, MODEL, change

from token_influence.config import load_study
from token_influence.cost.responses import SLOWER, TWICE, response_changes

SIZES = {"parameters": 1000, "vocabulary": 30, "width": 10, "tied": True}
ROW = 2 * 700  # operations
CORPORA = ("gutenberg", "wikipedia")


def rows(**section: Any) -> dict[str, float]:
    """Rows that the windows of one arm and seed take, by rule."""
    raw = DEFAULT | {"response": DEFAULT["response"] | section}
    found = response_changes(load_study(raw), {MODEL: SIZES})
    return {each.rule: each.total / each.seeds / ROW for each in found}


def test_rows_before_a_change_are_read_once_and_those_after_it_for_each():
    found = rows(distances=[1, 3], epsilons=[0.1, 1.0], directions=2, probes=5, windows=3)
    # Positions 256..511: 384 rows in the mean; 2 + 4 rows from a changed one on.
    perturbed = 384 + 2 * 3 * 6 + 5 * 4
    intervened = 384 + (1 + 4) * 6
    assert found == {
        "measure_perturbations": pytest.approx(3 * perturbed * TWICE * SLOWER),
        "measure_interventions": pytest.approx(3 * intervened * SLOWER),
        "measure_sources": pytest.approx(2 * 64**2 / 2),
    }


def test_every_window_prediction_arm_and_seed_counts():
    once, more = rows(), rows(predictions=2, windows=4)
    for rule in ("measure_perturbations", "measure_interventions"):
        assert more[rule] == pytest.approx(once[rule])  # twice as many in half of the windows
    assert rows(every_source={"windows": 8, "length": 64})["measure_sources"] == pytest.approx(
        4 * once["measure_sources"]
    )
    found = response_changes(load_study(change("response/seeds", 3)), {MODEL: SIZES})
    assert len(found) == 3 * len(CORPORA)
    assert {each.total / each.operations for each in found} == {3 * 8, 3 * 2}


def test_only_intact_arms_have_every_source_changed():
    study = load_study(change("response/orders", ["shuffled"]))
    rules = {each.rule for each in response_changes(study, {MODEL: SIZES})}
    assert rules == {"measure_perturbations", "measure_interventions"}


def test_without_the_section_nothing_is_counted():
    assert response_changes(load_study(change("response", None)), {}) == []
