"""One measurement's verdict in a sentence, and a study's verdicts on the published claims."""

import numpy as np
import pandas as pd
import pytest
from judged_arms import AHEAD, LEVEL, arm

from token_influence.claims.rules import Measured, better_verdict
from token_influence.claims.verdicts import CLAIMS, verdict, verdicts_table
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Bootstrap, Settings
from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.tables.decay import decay_table

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
    judged = verdict(fits(exponential=numbers))
    assert judged.identified
    assert judged.against == {"exponential": outcome}
    assert words in judged.sentence


def test_a_near_rival_is_undecided_and_the_sentence_gives_the_numbers() -> None:
    """One and a half standard errors behind, with the power law ahead in 90 % of the resamples."""
    judged = verdict(fits(exponential=NEAR, constant=AHEAD))
    assert judged.against == {"exponential": "open", "constant": "ahead"}
    assert judged.sentence == (
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

    judged = verdict(pooled)
    assert judged.identified
    assert judged.against == {"exponential": "open", "constant": "open"}
    assert "the exponential and the constant is undecided with 8 predictions" in judged.sentence

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
    judged = verdict(fits("the profile rises with distance", exponential=AHEAD))
    assert not judged.identified
    assert judged.against == {}
    assert judged.sentence == "No power law is claimed, for the profile rises with distance."


def test_a_rival_that_was_not_fitted_is_not_judged() -> None:
    assert set(verdict(fits(exponential=AHEAD)).against) == {"exponential"}
    assert verdict(fits()).sentence == "The power law was compared with no rival."


# --- the table of a study's claims ----------------------------------------------------------

HEADLINE = {"range": "1..100", "skip_sources": 0}


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
