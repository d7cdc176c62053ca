"""The explorer's data hold what the tables hold, and its curves are those of the library."""

import json

import numpy as np
import pytest
import quickjs
from studied_page import ARMS, HEADLINE, tables

from token_influence.fitting.families import FAMILIES
from token_influence.page.explorer import explorer_data
from token_influence.page.files import study_templates


@pytest.fixture(scope="module")
def data() -> dict:
    found = tables()
    return explorer_data(found["profiles"], found["decay"], found["sweep"], HEADLINE)


def test_every_profile_and_every_range_is_there(data):
    assert [tuple(arm["names"]) for arm in data["arms"]] == ARMS
    assert data["families"] == ["constant", "power_law", "exponential"]
    assert data["ranges"] == ["0..20", "0..40", "1..30", "full", "4..20", "4..40"]
    assert data["start"] == [0, 1, 2]
    json.dumps(data, allow_nan=False)


def test_fits_have_the_numbers_of_their_tables(data):
    decay, sweep = tables()["decay"], tables()["sweep"]
    for table, label in ((decay, "1..30"), (sweep, "4..20")):
        (row,) = table[
            (table["order"] == "shuffled") & (table["seed"] == "pooled")
            & (table["range"] == label) & (table["family"] == "power_law")
        ].to_dict("records")  # fmt: skip
        fit = data["arms"][1]["fits"][label]["power_law"]
        assert fit["p"] == pytest.approx([row["p"], row["p_low"], row["p_high"]], rel=1e-4)
        assert fit["distance_max"] == row["distance_max"]
    assert (
        "rise" in data["arms"][2]["fits"]["1..30"]["power_law"]["reason"]
        or data["arms"][2]["fits"]["1..30"]["power_law"]["reason"]
    )


def test_profiles_hold_the_distances_that_every_prediction_has():
    profiles = tables()["profiles"].copy()
    profiles.loc[profiles["distance"] == 40, "n"] -= 1
    arm = explorer_data(profiles, tables()["decay"], tables()["sweep"], HEADLINE)["arms"][0]
    assert arm["distance"] == list(range(40))
    assert len(arm["q95"]) == 40


@pytest.mark.parametrize("name", FAMILIES)
def test_the_pages_curves_are_those_of_the_library(name: str):
    engine = quickjs.Context()
    engine.eval(study_templates()["curves.js"])
    family, distances = FAMILIES[name], np.array([0.0, 1.0, 7.0, 250.0])
    values = {"p": 0.86, "xi": 5.6, "kappa": 0.7, "gamma": 0.02, "beta": 0.9}
    theta = [np.float64(values[shape.name]) for shape in family.shapes]
    linear = {key: values[key] if key in family.parameters else 0 for key in ("gamma", "beta")}
    expected = linear["gamma"] + linear["beta"] * family.curve(distances, *theta)
    fit = json.dumps({key: [values[key], None, None] for key in family.parameters})
    found = [engine.eval(f"fitted('{name}', {fit}, {r})") for r in distances]
    assert found == pytest.approx(list(expected), rel=1e-12)
    assert engine.eval(f"fitted('{name}', {{reason: 'why'}}, 1)") is None
