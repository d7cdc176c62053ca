"""Passes over number series: scores, forecasts, ablations and paths."""

import pytest
from raw_studies import DEFAULT, MODEL

from token_influence.config import load_study
from token_influence.cost.forecasts import FORECAST_PASSES, PATH_PASSES, forecast_operations

SIZES = {"parameters": 1000, "vocabulary": 30, "width": 10, "tied": True}


def passes(**section) -> float:
    own = {"mine": [float(k) for k in range(30)]}
    section = {"models": [MODEL], "systems": [], "own": own, "methods": ["semantic"]} | section
    study = load_study(DEFAULT | {"series": section})
    return forecast_operations(study, {MODEL: SIZES}) / (2 * 90 * 700)


@pytest.mark.parametrize(
    ("section", "number"),
    [
        ({}, 2 + FORECAST_PASSES),
        ({"methods": ["random"]}, FORECAST_PASSES),
        ({"methods": ["leave_one_out"]}, 45 + FORECAST_PASSES),
        ({"ablated": 5}, 2 + FORECAST_PASSES + 1 + 3),
        ({"paths": 5}, 2 + FORECAST_PASSES + PATH_PASSES),
    ],
)
def test_an_own_series_costs_its_passes_once(section, number):
    assert passes(**section) == pytest.approx(number)


def test_each_system_costs_all_of_its_series():
    found = passes(own={}, systems=["lorenz", "brownian"], per_system=5, ablated=2)
    per_series, longer = 2 + FORECAST_PASSES, 180 / 30
    assert found == pytest.approx(2 * longer * (5 * per_series + 2 * 4))


def test_without_the_section_it_costs_nothing():
    assert forecast_operations(load_study(DEFAULT | {"series": None}), {}) == 0
