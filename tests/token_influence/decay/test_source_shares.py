"""Shares of influence by class of source, on profiles whose classes are known."""

import json

import numpy as np
import pytest
from simulated_arms import BOOTSTRAP, arm

from token_influence.decay.source_shares import source_shares
from token_influence.errors import DecayError
from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.profiles.source_classes import ITSELF

TAIL = 20


def even_and_odd(profiles: NormalisedProfiles) -> dict[str, np.ndarray]:
    """Every other distance from 1 on, and those between them."""
    r = np.arange(profiles.values.shape[1])
    there = ~np.isnan(profiles.values)
    return {
        "odd": there & (r % 2 == 1),
        "even": there & (r % 2 == 0) & (r > 0),
        "none": np.zeros_like(there),
        ITSELF: there & (r == 0),
    }


def raised(profiles: NormalisedProfiles, factor: float) -> NormalisedProfiles:
    values = profiles.values.copy()
    values[:, 1::2] *= factor
    return NormalisedProfiles(values, profiles.windows, profiles.positions, profiles.seed)


@pytest.fixture(scope="module")
def record() -> dict:
    """Two seeds of 12 windows, in which odd distances have three times the influence."""
    profiles = [raised(of_seed, 3.0) for of_seed in arm(noise=0.05)]
    return source_shares(profiles, [even_and_odd(of) for of in profiles], TAIL, BOOTSTRAP)


def test_shares_of_a_partition_add_up_to_one(record):
    classes = record["classes"].values()
    assert sum(of["positions"] for of in classes) == pytest.approx(1)
    assert sum(of["influence"]["estimate"] for of in classes) == pytest.approx(1)
    assert sum(of.get("tail_influence", {"estimate": 0})["estimate"] for of in classes) == (
        pytest.approx(1)
    )


def test_a_class_with_three_times_the_influence_has_three_quarters_of_the_tail(record):
    odd, even = record["classes"]["odd"], record["classes"]["even"]
    assert odd["tail_influence"]["estimate"] == pytest.approx(0.75, abs=0.02)
    assert odd["tail_influence"]["low"] < odd["tail_influence"]["estimate"]
    assert odd["tail_influence"]["estimate"] < odd["tail_influence"]["high"]
    assert even["tail_positions"] == pytest.approx(0.5, abs=0.03)


def test_shares_are_the_mean_over_predictions_of_each_ones_sums():
    profiles = arm(seeds=(0,), windows=4)
    found = source_shares(profiles, [even_and_odd(profiles[0])], TAIL, BOOTSTRAP)
    expected = [
        np.nansum(values[TAIL + 1 :: 2]) / np.nansum(values[TAIL:])
        for values in profiles[0].values  # TAIL + 1 is odd
    ]
    share = found["classes"]["odd"]["tail_influence"]["estimate"]
    assert share == pytest.approx(np.mean(expected))


def test_a_class_that_holds_all_sources_of_a_distance_leaves_none_there(record):
    odd = record["classes"]["odd"]
    assert odd["median"][1] is None
    assert odd["median"][2] == pytest.approx(record["median"][2])
    assert odd["tail_left_out"]["estimate"] == pytest.approx(1)  # at the distances that are left


def test_without_a_class_that_is_raised_in_some_predictions_the_tail_falls():
    """In every second prediction the class has all distances and ten times the influence."""
    profiles = arm(seeds=(0,), noise=0.05)
    values, rows = profiles[0].values.copy(), np.arange(len(profiles[0].values)) % 2 == 1
    values[rows, 1:] *= 10
    high = NormalisedProfiles(values, profiles[0].windows, profiles[0].positions, seed=0)
    there = ~np.isnan(values) & (np.arange(values.shape[1]) > 0)
    masks = {"high": there & rows[:, None], "none": np.zeros_like(there)}
    classes = source_shares([high], [masks], TAIL, BOOTSTRAP)["classes"]
    left = classes["high"]["tail_left_out"]
    assert left["high"] < 0.4
    # The median of all lies in the middle between both halves: (1 + 10) / 2.
    assert left["estimate"] == pytest.approx(1 / 5.5, rel=0.2)
    assert classes["none"]["tail_left_out"] == {"estimate": 1.0, "low": 1.0, "high": 1.0}
    assert classes["none"]["influence"] == {"estimate": 0.0, "low": 0.0, "high": 0.0}


def test_a_tail_that_a_prediction_lacks_is_refused():
    profiles = arm(seeds=(0,))
    with pytest.raises(
        DecayError, match=r"the tail begins at r = 99, but a prediction ends at r ="
    ):
        source_shares(profiles, [even_and_odd(profiles[0])], 99, BOOTSTRAP)


def test_the_record_is_json(record):
    json.dumps(record, allow_nan=False)
