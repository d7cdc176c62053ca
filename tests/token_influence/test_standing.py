"""The rules by which a power law is called ahead, level or behind."""

import pytest

from token_influence.standing import verdict


def fit(family: str, standing: str, reason: str | None = None) -> dict:
    return {
        "family": family,
        "cv_verdict": standing,
        "identified": reason is None,
        "reason": reason,
    }


@pytest.mark.parametrize(
    ("standings", "against"),
    [
        (("best", "worse", "worse"), ("better", "better")),
        (("best", "tie", "worse"), ("tied", "better")),
        (("tie", "best", "worse"), ("tied", "better")),
        (("tie", "worse", "best"), ("better", "tied")),
        (("tie", "tie", "best"), ("tied", "tied")),
        (("worse", "best", "worse"), ("worse", "both out")),
        (("worse", "worse", "best"), ("both out", "worse")),
        (("worse", "best", "tie"), ("worse", "worse")),
    ],
)
def test_left_out_windows_decide(standings, against) -> None:
    fits = [
        fit(name, at)
        for name, at in zip(("power_law", "exponential", "constant"), standings, strict=True)
    ]
    said = verdict(fits)
    assert said.identified
    assert (said.against["exponential"], said.against["constant"]) == against


def test_the_sentence_names_every_rival_under_its_word() -> None:
    fits = [fit("power_law", "best"), fit("exponential", "worse"), fit("constant", "tie")]
    assert verdict(fits).sentence == (
        "The power law predicts windows left out of the fit better than the exponential, and no "
        "better or worse than the constant (within one standard error)."
    )
    fits[2] = fit("constant", "worse")
    assert "better than the exponential and the constant." in verdict(fits).sentence


def test_without_an_exponent_the_reason_is_the_verdict() -> None:
    fits = [
        fit("power_law", "best", "the profile rises with distance"),
        fit("exponential", "worse"),
        fit("constant", "worse"),
    ]
    said = verdict(fits)
    assert not said.identified
    assert said.against == {}
    assert said.sentence == "No power law is claimed, for the profile rises with distance."


def test_a_rival_that_was_not_fitted_is_not_judged() -> None:
    assert set(verdict([fit("power_law", "best"), fit("exponential", "worse")]).against) == {
        "exponential"
    }
