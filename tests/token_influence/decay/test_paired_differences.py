"""Differences intact − control: what both arms share cancels."""

import json
from dataclasses import replace

import pytest
from simulated_arms import PUBLISHED, arm, pooled, rising, width

from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.records import decay_records
from token_influence.errors import DecayError


def test_paired_differences_cancel_what_both_arms_share():
    same = paired_differences(arm(), arm(), PUBLISHED)
    assert same[0]["parameters"]["p"] == {
        "estimate": 0.0, "low": 0.0, "high": 0.0, "seeds": {"0": 0.0, "1": 0.0},
    }  # fmt: skip

    def steeper(r):
        return 0.02 + 0.5 * (r + 1) ** -1.25

    intact, shuffled = arm(noise=0.2), arm(curve=steeper, noise=0.2)
    found = pooled(paired_differences(intact, shuffled, PUBLISHED))
    difference = found["parameters"]["p"]
    assert found["identified"]
    assert difference["low"] < -0.4 < difference["high"]
    each = [width(pooled(decay_records(part, PUBLISHED)["fits"])) for part in (intact, shuffled)]
    # The same noise in the same windows: the difference is better known than either.
    assert width(found) < min(each)


def test_differences_need_the_same_windows():
    with pytest.raises(DecayError, match="seed 0 has other windows intact than blocks16"):
        paired_differences(arm(), arm(windows=11), PUBLISHED, names=("intact", "blocks16"))


def test_the_reason_names_the_arm_that_does_not_determine_the_parameters():
    settings = replace(PUBLISHED, families=["power_law"])
    names = ("intact", "reversed")
    (record,) = paired_differences(arm(), arm(curve=rising), settings, names=names)
    assert not record["identified"]
    assert record["reason"].startswith("reversed: the profile rises with distance")
    json.dumps(record, allow_nan=False)
