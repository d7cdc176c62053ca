"""The command line calls a power law better exactly where the study does."""

import numpy as np
import pytest

from token_influence.claims.standing import verdict
from token_influence.claims.verdicts import Measured, better_verdict
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Bootstrap, Settings
from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.tables.decay import decay_table

AHEAD = {"behind_power_law": 2.0, "behind_power_law_se": 1.0, "power_law_ahead": 0.97}
LEVEL = {"behind_power_law": 0.5, "behind_power_law_se": 1.0, "power_law_ahead": 0.5}
BEHIND = {"behind_power_law": -2.0, "behind_power_law_se": 1.0, "power_law_ahead": 0.03}
NEAR = {"behind_power_law": 0.0015, "behind_power_law_se": 0.001, "power_law_ahead": 0.9}


def fits(reason: str | None = None, **rivals: dict) -> list[dict]:
    power_law = {"family": "power_law", "predictions": 8, "reason": reason}
    power_law |= {"identified": reason is None}
    return [power_law, *({"family": name} | numbers for name, numbers in rivals.items())]


@pytest.mark.parametrize(
    ("numbers", "outcome", "words"),
    [
        (AHEAD, "ahead", "predicts windows left out of the fit better than the exponential."),
        (LEVEL, "not ahead", "predicts windows left out of the fit no better than the expon"),
        (BEHIND, "not ahead", "predicts windows left out of the fit no better than the expon"),
        (NEAR, "open", "Whether the power law is better than the exponential is undecided"),
        (BEHIND | {"power_law_ahead": 0.6}, "open", "is smaller by 2 ± 1, and"),
        (AHEAD | {"power_law_ahead": None}, "open", "and no resample left a window out."),
    ],
)
def test_the_outcome_and_the_sentence_agree(numbers, outcome, words) -> None:
    said = verdict(fits(exponential=numbers))
    assert said.identified
    assert said.against == {"exponential": outcome}
    assert words in said.sentence


def test_a_near_rival_is_undecided_and_the_sentence_gives_the_numbers() -> None:
    """One and a half standard errors behind, with the power law ahead in 90 % of the resamples."""
    said = verdict(fits(exponential=NEAR, constant=AHEAD))
    assert said.against == {"exponential": "open", "constant": "ahead"}
    assert said.sentence == (
        "The power law predicts windows left out of the fit better than the constant. Whether the "
        "power law is better than the exponential is undecided with 8 predictions: the error of "
        "the exponential is larger by 0.0015 ± 0.001, and the power law is ahead in 90.0% of the "
        "resamples."
    )


def test_eight_predictions_decide_nothing() -> None:
    """Fits of a noisy decay whose p [0.67, 1.94] is determined: for the study, too, undecided."""
    noise = np.random.default_rng(0).lognormal(0, 0.5, size=(8, 60))
    values = (0.03 + 0.97 / np.arange(1, 61)) * noise
    profile = NormalisedProfiles(values / values[:, :1], np.arange(8), np.full(8, 59), seed=0)
    settings = Settings(
        ["power_law", "exponential", "constant"],
        ["1..59"],
        [0],
        bootstrap=Bootstrap(resamples=200),
    )
    records = decay_records([profile], settings)
    pooled = [fit for fit in records["fits"] if fit["seed"] == "pooled"]
    p = pooled[0]["parameters"]["p"]
    assert (round(p["low"], 1), round(p["high"], 1)) == (0.7, 1.9)

    said = verdict(pooled)
    assert said.identified
    assert said.against == {"exponential": "open", "constant": "open"}
    assert "the exponential and the constant is undecided with 8 predictions" in said.sentence

    arm = dict.fromkeys(("model", "weights", "corpus", "order", "objective"), "x")
    table = decay_table([records | {"arm": arm, "fits": pooled}])
    rows = {row["family"]: row for row in table.to_dict("records")}
    assert better_verdict(Measured(rows, 4.0, 0.1)).verdict == "undecided"


def test_the_sentence_names_every_rival_under_its_word() -> None:
    assert verdict(fits(exponential=AHEAD, constant=LEVEL)).sentence == (
        "The power law predicts windows left out of the fit better than the exponential, and no "
        "better than the constant."
    )
    both = verdict(fits(exponential=AHEAD, constant=AHEAD))
    assert both.sentence.endswith("better than the exponential and the constant.")


def test_without_an_exponent_the_reason_is_the_verdict() -> None:
    said = verdict(fits("the profile rises with distance", exponential=AHEAD))
    assert not said.identified
    assert said.against == {}
    assert said.sentence == "No power law is claimed, for the profile rises with distance."


def test_a_rival_that_was_not_fitted_is_not_judged() -> None:
    assert set(verdict(fits(exponential=AHEAD)).against) == {"exponential"}
    assert verdict(fits()).sentence == "The power law was compared with no rival."
