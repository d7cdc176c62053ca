"""Every outcome of every rule of docs/verdicts.md, on made-up numbers."""

import pandas as pd
import pytest

from token_influence.claims.standing import duel
from token_influence.claims.verdicts import (
    CLAIMS,
    Measured,
    better_verdict,
    exponent_verdict,
    random_verdict,
    shuffled_verdict,
    verdicts_table,
)

AHEAD = {"behind_power_law": 2.0, "behind_power_law_se": 1.0, "power_law_ahead": 0.97}
LEVEL = {"behind_power_law": 0.5, "behind_power_law_se": 1.0, "power_law_ahead": 0.5}
NOT_OFTEN = AHEAD | {"power_law_ahead": 0.9}
NOT_FAR = AHEAD | {"behind_power_law": 1.0}
HEADLINE = {"range": "1..100", "skip_sources": 0}


def arm(
    p=(0.8, 0.75, 0.85),
    direction="falls",
    reason=None,
    exponential=AHEAD,
    constant=AHEAD,
    loss=(4.0, 0.1),
) -> Measured:
    """An arm's rows of the decay table."""
    trend = {"falls": -0.5, "flat": 0.0, "rises": 0.5}[direction]
    shared = {
        "direction": direction,
        **{"trend": trend, "trend_low": trend - 0.1, "trend_high": trend + 0.1},
        "r_squared": 0.99,
    }
    identified = reason is None and direction == "falls"
    power = shared | dict(zip(("p", "p_low", "p_high"), p, strict=True))
    power |= {"identified": identified, "reason": reason or direction}
    power |= dict.fromkeys(AHEAD, float("nan"))
    fits = {"power_law": power, "exponential": shared | exponential, "constant": shared | constant}
    return Measured(fits, *loss)


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        (AHEAD, "ahead"),
        (AHEAD | {"power_law_ahead": 0.95}, "ahead"),
        (NOT_OFTEN, "open"),
        (NOT_FAR, "open"),
        (LEVEL, "not ahead"),
        (LEVEL | {"power_law_ahead": 0.51}, "open"),
        (LEVEL | {"behind_power_law": -3.0, "power_law_ahead": 0.0}, "not ahead"),
        (AHEAD | {"power_law_ahead": 0.4}, "open"),
        (AHEAD | {"power_law_ahead": float("nan")}, "open"),
    ],
)
def test_ahead_needs_both_a_margin_and_nearly_all_resamples(numbers, outcome):
    assert duel(arm(exponential=numbers).fits, "exponential") == outcome


def test_a_rival_that_was_not_fitted_leaves_it_open():
    assert duel(arm().fits, "logarithmic") == "open"


@pytest.mark.parametrize(
    ("measured", "verdict", "why"),
    [
        (arm(), "reproduced", "lies within 0.7–0.9"),
        (arm(p=(0.8, 0.7, 0.9)), "reproduced", "lies within 0.7–0.9"),
        (arm(p=(0.8, 0.69, 0.9)), "undecided", "partly outside"),
        (arm(p=(1.0, 0.85, 1.2)), "undecided", "partly outside"),
        (arm(p=(0.8, 0.5, 1.2)), "undecided", "partly outside"),
        (arm(p=(1.2, 0.91, 1.3)), "not reproduced", "above 0.7–0.9"),
        (arm(p=(0.5, 0.3, 0.69)), "not reproduced", "below 0.7–0.9"),
        (arm(reason="p is at its bound 5"), "undecided", "p is at its bound 5"),
        (arm(direction="flat"), "undecided", "no exponent is determined"),
        (arm(direction="rises"), "not reproduced", "no exponent is determined"),
    ],
)
def test_the_interval_of_the_exponent_decides(measured, verdict, why):
    found = exponent_verdict(measured)
    assert found.verdict == verdict
    assert why in found.why


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (arm(), "reproduced"),
        (arm(constant=LEVEL), "reproduced"),
        (arm(exponential=NOT_OFTEN), "undecided"),
        (arm(exponential=LEVEL), "not reproduced"),
        (arm(reason="beta is 0 in 9% of the resamples"), "undecided"),
        (arm(reason="the best fit is a constant (beta = 0)", exponential=LEVEL), "not reproduced"),
        (arm(direction="flat"), "not reproduced"),
        (arm(direction="rises"), "not reproduced"),
    ],
)
def test_much_better_is_ahead_of_the_exponential(measured, verdict):
    assert better_verdict(measured).verdict == verdict


@pytest.mark.parametrize(
    ("changes", "verdict", "why"),
    [
        ({}, "reproduced", "ahead of the constant and the exponential"),
        ({"constant": NOT_FAR}, "undecided", "not clearly ahead of the constant"),
        ({"exponential": NOT_OFTEN}, "undecided", "not clearly ahead of the exponential"),
        ({"exponential": LEVEL, "constant": NOT_FAR}, "not reproduced", "not ahead of the exp"),
        ({"reason": "p is at its bound"}, "undecided", "do not determine"),
        ({"direction": "rises"}, "not reproduced", "nothing persists"),
        ({"loss": (5.2, 0.1)}, "undecided", "may rise by less than 1 nat"),
        ({"loss": (4.5, 0.1)}, "not reproduced", "rises by less than 1 nat"),
        ({"loss": (3.0, 0.1)}, "not reproduced", "rises by less than 1 nat"),
    ],
)
def test_shuffled_text_needs_a_power_law_and_a_worse_loss(changes, verdict, why):
    found = shuffled_verdict(arm(), arm(**{"loss": (7.5, 0.1), **changes}))
    assert found.verdict == verdict
    assert why in found.why


def test_the_error_of_a_rise_is_that_of_both_losses():
    numbers = shuffled_verdict(arm(loss=(4.0, 0.3)), arm(loss=(7.5, 0.4))).numbers
    assert numbers["loss_rise"] == pytest.approx(3.5)
    assert numbers["loss_rise_se"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (arm(direction="rises"), "reproduced"),
        (arm(direction="flat", constant=LEVEL), "reproduced"),
        (arm(constant=LEVEL), "reproduced"),
        (arm(direction="flat"), "undecided"),
        (arm(reason="p is at its bound 5"), "undecided"),
        (arm(exponential=LEVEL), "undecided"),
        (arm(constant=NOT_OFTEN), "undecided"),
        (arm(), "not reproduced"),
    ],
)
def test_random_weights_must_not_show_a_power_law(measured, verdict):
    assert random_verdict(measured).verdict == verdict


# --- the table ------------------------------------------------------------------------------


def tables(arms: dict[tuple[str, str, str, str], Measured]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decay and predictions tables that hold these arms, true logit, and another range."""
    keys = ("model", "weights", "corpus", "order")
    decay, predictions = [], []
    for key, measured in arms.items():
        names = dict(zip(keys, key, strict=True))
        predictions.append(names | {"loss": measured.loss, "loss_se": measured.loss_se})
        for family, fit in measured.fits.items():
            row = {**names, "objective": "true_logit", "seed": "pooled", "family": family, **fit}
            decay += [row | HEADLINE, row | {"range": "full", "skip_sources": 0, "p": 4.0}]
    return pd.DataFrame(decay), pd.DataFrame(predictions)


def verdicts(arms: dict) -> pd.DataFrame:
    return verdicts_table(*tables(arms), HEADLINE).set_index(["claim", "model", "corpus"])


def test_the_table_holds_each_claim_for_each_corpus_and_over_all():
    found = verdicts(
        {
            ("m", "trained", "a", "intact"): arm(),
            ("m", "trained", "b", "intact"): arm(p=(1.2, 1.0, 1.4)),
            ("m", "trained", "a", "shuffled"): arm(loss=(7.5, 0.1)),
            ("m", "random", "a", "intact"): arm(direction="rises"),
        }
    )
    exponent, better, persists, absent = (claim.name for claim in CLAIMS)
    assert found.loc[(exponent, "m", "a"), "verdict"] == "reproduced"
    assert found.loc[(exponent, "m", "a"), "ours"] == "0.80 [0.75, 0.85]"
    assert found.loc[(exponent, "m", "a"), "published"].startswith("p 0.7–0.9")
    assert found.loc[(exponent, "m", "b"), "p_low"] == 1.0
    assert found.loc[(exponent, "all", "all"), "verdict"] == "mixed"
    assert (
        found.loc[(exponent, "all", "all"), "why"] == "1 reproduced, 1 not reproduced of 2 measured"
    )
    assert found.loc[(better, "all", "all"), "verdict"] == "reproduced"
    assert found.loc[(persists, "m", "b"), "verdict"] == "not measured"
    assert "no shuffled arm" in found.loc[(persists, "m", "b"), "why"]
    assert found.loc[(persists, "all", "all"), "verdict"] == "reproduced"
    assert found.loc[(absent, "all", "all"), "why"] == "1 reproduced of 1 measured"
    assert set(found["range"]) == {"1..100"}
    assert set(found["skip_sources"]) == {0}


def test_over_all_is_undecided_where_some_are_and_none_fails():
    found = verdicts(
        {
            ("m", "trained", "a", "intact"): arm(),
            ("n", "trained", "a", "intact"): arm(p=(0.9, 0.8, 1.0)),
        }
    )
    row = found.loc[(CLAIMS[0].name, "all", "all")]
    assert (row["verdict"], row["why"]) == ("undecided", "1 reproduced, 1 undecided of 2 measured")
    row = found.loc[(CLAIMS[3].name, "all", "all")]
    assert (row["verdict"], row["why"]) == ("not measured", "no arm was measured for it")


def test_verdicts_survive_a_csv(tmp_path):
    decay, predictions = tables({("m", "trained", "a", "intact"): arm(direction="rises")})
    decay.to_csv(tmp_path / "decay.csv", index=False)
    table = verdicts_table(pd.read_csv(tmp_path / "decay.csv"), predictions, HEADLINE)
    assert table.loc[table["model"] == "m", "verdict"].tolist() == [
        *("not reproduced", "not reproduced", "not measured", "not measured"),
    ]
