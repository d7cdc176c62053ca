"""The first screen says what the tables of verdicts and fits say, and no more."""

import re

import pandas as pd
from studied_page import HEADLINE, tables

from token_influence.page.summary import answer, arms_table, claims_table

CLAIM = "much better than an exponential"


def verdicts(*kinds: str, low: float = 5.0) -> pd.DataFrame:
    """Rows of the claim, one for each verdict."""
    numbers = {"near_to_far": 6.0, "near_to_far_low": low, "near_to_far_high": 7.0}
    numbers |= {"p": 0.8, "p_low": 0.7, "p_high": 0.9}
    rows = [
        {"claim": CLAIM, "model": f"m{k}", "verdict": v, **numbers} for k, v in enumerate(kinds)
    ]
    return pd.DataFrame([{"claim": CLAIM, "model": "all", "verdict": "mixed", **numbers}, *rows])


def test_the_answer_counts_verdicts():
    sentences = answer(verdicts("reproduced", "undecided", "undecided", "not reproduced"))
    assert sentences == [
        "Influence is shown to fall with distance in 4 of 4 profiles of trained models on intact "
        "text: near distances are 6.00 [5.00, 7.00] times as high as far ones.",
        "That it falls much rather as a power law than as an exponential is shown in 1, refuted in 1 "
        "and undecided in 2 of the 4.",
        "The exponent p of the fitted power law is 0.80 [0.70, 0.90].",
    ]


def test_a_fall_that_is_not_shown_is_not_claimed():
    first, second, _ = answer(verdicts("undecided", low=1.0))
    assert first.startswith("Influence is shown to fall with distance in 0 of 1 profiles")
    assert "times" not in first
    assert second.endswith("is undecided in 1 of the 1.")


def test_without_a_measurement_there_is_no_answer():
    assert answer(verdicts("not measured")) == [
        "This study has no profile of a trained model on intact text."
    ]


def test_every_profile_has_its_exponent_or_a_note_and_its_windows():
    table = arms_table(tables()["decay"], tables()["predictions"], HEADLINE)
    intact, shuffled, random = table["models"]["tiny"]
    assert intact[0] == "trained · poems · intact · true logit"
    assert re.fullmatch(r"0\.\d\d \[0\.\d\d, \d\.\d\d\]", intact[1])
    assert [row[-1] for row in (intact, shuffled, random)] == ["12"] * 3
    assert random[1] == "— (1)"
    assert len(table["notes"]) == 1
    assert len(intact) == len(table["columns"])


def test_claims_have_the_verdicts_over_all_and_every_reason():
    claims = claims_table(tables()["verdicts"])
    assert len(claims) == 4
    for claim in claims:
        assert [row["model"] for row in claim["verdicts"]] == ["all"]
        assert all(row["why"] for row in claim["rows"])
