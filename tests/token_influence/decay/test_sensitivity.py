"""Fits with one choice of the analysis changed: which ones, and that each is what it says."""

import json
from dataclasses import replace

import numpy as np
import pytest
from simulated_arms import BOOTSTRAP, arm, frame, pooled, rising

from token_influence.decay.records import decay_records
from token_influence.decay.resampling import samples
from token_influence.decay.sensitivity import (
    CENTRES,
    RANGES,
    Analysis,
    centred,
    sensitivity_records,
    variants,
)
from token_influence.decay.settings import Settings
from token_influence.profiles.normalise import NORMALISATIONS, normalised_profiles

HEADLINE = Analysis("1..40", 0, "linear", "uniform")
SEEDS = (0, 1)


def normalised(**options) -> dict:
    frames = [frame(seed, **options) for seed in SEEDS]
    return {
        name: [normalised_profiles(rows, seed, name) for seed, rows in enumerate(frames)]
        for name in NORMALISATIONS
    }


@pytest.fixture(scope="module")
def found() -> dict:
    records = sensitivity_records(normalised(), HEADLINE, [0, 4], BOOTSTRAP)
    json.dumps(records, allow_nan=False)
    keys = [(record["changed"], record["value"]) for record in records]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, records, strict=True))


def test_every_choice_is_changed_once_and_alone():
    listed = list(variants(HEADLINE, [0, 4], ["0", "1"]))
    (first, *others) = listed
    assert first == ("nothing", "headline", HEADLINE)
    for changed, value, analysis in others:
        assert str(getattr(analysis, changed)) == value
        assert replace(analysis, **{changed: getattr(HEADLINE, changed)}) == HEADLINE
        assert analysis != HEADLINE
    assert [(changed, value) for changed, value, _ in others] == [
        ("centre", "mean"),
        ("centre", "geometric_mean"),
        ("normalisation", "row_sum"),
        ("normalisation", "raw"),
        ("weighting", "inverse_variance"),
        ("scale", "log"),
        *(("range", label) for label in RANGES),
        ("skip_sources", "4"),
        ("seed", "0"),
        ("seed", "1"),
    ]
    assert not [one for one in variants(HEADLINE, [0], ["7"]) if one[0] in ("seed", "skip_sources")]


@pytest.mark.parametrize(
    ("changed", "value", "settings", "where"),
    [
        ("nothing", "headline", {}, {}),
        ("weighting", "inverse_variance", {"weighting": "inverse_variance"}, {}),
        ("scale", "log", {"scale": "log"}, {}),
        ("range", "full", {"ranges": ["full"]}, {}),
        ("skip_sources", "4", {"skip_sources": [0, 4]}, {"skip_sources": 4}),
    ],
)
def test_what_the_settings_can_change_gives_the_numbers_of_the_records(
    found, changed, value, settings, where
):
    standard = Settings(["power_law", "exponential"], ["1..40"], [0], bootstrap=BOOTSTRAP)
    records = decay_records(arm(), replace(standard, **settings))["fits"]
    for name, fit in found[changed, value]["fits"].items():
        expected = pooled(records, name, **where)
        assert fit["identified"] == expected["identified"]
        scale = "r_squared_log" if value == "log" else "r_squared"
        assert fit["r_squared"] == expected[scale]
        for parameter, numbers in fit["parameters"].items():
            for key in ("estimate", "low", "high"):
                assert numbers[key] == expected["parameters"][parameter][key]


def test_a_seed_has_its_own_fit(found):
    standard = Settings(["power_law"], ["1..40"], [0], bootstrap=BOOTSTRAP)
    for fit in decay_records(arm(), standard)["fits"]:
        if fit["seed"] in ("0", "1"):
            own = found["seed", fit["seed"]]["fits"]["power_law"]["parameters"]
            assert own["p"] == fit["parameters"]["p"]


@pytest.mark.parametrize("centre", CENTRES)
def test_centres_of_data_and_resamples_are_those_of_repeated_rows(centre):
    *_, sample = samples(arm(), 40, BOOTSTRAP)
    profile, resampled = centred(sample, centre)
    centre_of = {
        "median": lambda rows: np.median(rows, axis=0),
        "mean": lambda rows: rows.mean(axis=0),
        "geometric_mean": lambda rows: np.exp(np.log(rows).mean(axis=0)),
    }[centre]
    np.testing.assert_allclose(profile, centre_of(sample.values))
    for row in (0, 17):
        repeats = sample.counts[row][sample.clusters]
        np.testing.assert_allclose(
            resampled[row], centre_of(np.repeat(sample.values, repeats, axis=0))
        )


def test_the_unit_of_influence_changes_nothing_and_gamma_has_one_unit():
    scaled = normalised()
    scaled["raw"] = [replace(part, values=64.0 * part.values) for part in scaled["raw"]]
    one, other = (
        sensitivity_records(profiles, HEADLINE, [0], BOOTSTRAP)
        for profiles in (normalised(), scaled)
    )
    assert one == other
    of = {(record["changed"], record["value"]): record for record in one}
    raw, headline = of["normalisation", "raw"], of["nothing", "headline"]
    # In these arms G(i, i) is 1 in every prediction, so that raw influence is normalised already.
    assert raw["fits"] == headline["fits"]
    gamma = of["normalisation", "row_sum"]["fits"]["power_law"]["parameters"]["gamma"]
    assert gamma["estimate"] == pytest.approx(0.02, abs=0.02)


def test_what_is_impossible_on_an_arm_says_why(found):
    too_long = found["range", "1..200"]
    assert (too_long["distance_min"], too_long["distance_max"]) == (None, None)
    for fit in too_long["fits"].values():
        assert fit["reason"].startswith("range 1..200 does not lie within 0..5")
        assert (fit["identified"], fit["r_squared"], fit["parameters"]) == (False, None, {})
    weighted = replace(HEADLINE, weighting="inverse_variance")
    records = sensitivity_records(normalised(), weighted, [0], BOOTSTRAP)
    (from_0,) = [record for record in records if record["value"] == "0..100"]
    assert not from_0["fits"]["power_law"]["identified"]


def test_a_rising_profile_identifies_no_exponent_in_any_analysis():
    for record in sensitivity_records(
        normalised(curve=rising, noise=0.1), HEADLINE, [0], BOOTSTRAP, resample_seeds=True
    ):
        assert not record["fits"]["power_law"]["identified"]
