"""One measurement's verdict in a sentence, and a study's verdicts on the published claims."""

import numpy as np
import pandas as pd
import pytest
from judged_arms import arm

from token_influence.claims.rules import Measured
from token_influence.claims.verdicts import CLAIMS, verdict, verdicts_table
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Bootstrap, Settings
from token_influence.profiles.normalise import NormalisedProfiles

POWER_LAW = 0.02 + 0.98 * np.arange(1, 61) ** -0.8
EXPONENTIAL = 0.02 + 0.98 * np.exp(-np.arange(60) / 7)


def record(curve: np.ndarray, windows: int, spread: float = 0.3) -> dict:
    """The decay record of predictions that are a curve with noise, one in each window."""
    noise = np.random.default_rng(0).lognormal(0, spread, size=(windows, 60))
    values = curve * noise
    profile = NormalisedProfiles(
        values / values[:, :1], np.arange(windows), np.full(windows, 59), seed=0
    )
    families = ["power_law", "exponential", "constant"]
    settings = Settings(families, ["1..59"], [0], bootstrap=Bootstrap(resamples=200))
    return decay_records([profile], settings)


@pytest.mark.parametrize(
    ("curve", "answer", "words"),
    [
        (POWER_LAW, "yes", "the power law is much nearer to the profile than the exponential"),
        (EXPONENTIAL, "no", "The power law is not much nearer to the profile than the exponential"),
        (np.full(60, 0.5), "no", "The profile does not fall by a tenth"),
        (0.5 + 0.01 * np.arange(60), "no", "The profile does not fall by a tenth"),
    ],
)
def test_the_sentence_says_what_many_windows_tell(curve, answer, words) -> None:
    judged = verdict(record(curve, 200))
    assert judged.answer == answer
    assert words in judged.sentence


def test_few_windows_do_not_tell() -> None:
    judged = verdict(record(POWER_LAW, 6))
    assert (judged.answer, judged.windows) == ("open", 8)
    assert judged.sentence.startswith("Too few windows to tell: 6 windows are too few")

    judged = verdict(record(POWER_LAW, 8, spread=0.7))
    assert judged.answer == "open"
    assert "it is open whether" in judged.sentence


def test_the_first_range_is_judged() -> None:
    flat, falling = record(np.full(60, 0.5), 200), record(POWER_LAW, 200)
    for part in ("trend", "fits"):
        falling[part] += [row | {"range": "2..59", "distance_min": 2} for row in flat[part]]
    assert verdict(falling).answer == "yes"


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
            ("m", "random", "a", "intact"): arm(near_to_far=(0.7, 0.6, 0.8)),
        }
    )
    exponent, better, persists, absent = (claim.name for claim in CLAIMS)
    assert found.loc[(exponent, "m", "a"), "verdict"] == "reproduced"
    assert found.loc[(exponent, "m", "a"), "ours"] == "p 0.80 [0.75, 0.85]"
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
    decay, predictions = tables({("m", "trained", "a", "intact"): arm(near_to_far=(0.7, 0.6, 0.8))})
    decay.to_csv(tmp_path / "decay.csv", index=False)
    table = verdicts_table(pd.read_csv(tmp_path / "decay.csv"), predictions, HEADLINE)
    assert table.loc[table["model"] == "m", "verdict"].tolist() == [
        *("not reproduced", "not reproduced", "not measured", "not measured"),
    ]
