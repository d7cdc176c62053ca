"""The numbers that pages quote: chosen from the tables and rounded."""

import json

import pandas as pd
import pytest

from token_influence.tables.quoted import quoted_numbers

HEADLINE = {"range": "1..100", "skip_sources": 0}
ARM = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact"}
PROFILE = {**ARM, "objective": "true_logit"}
OTHER = {"weights": "random"}
CLAIM = {"claim": "a", "model": "m", "corpus": "c", "objective": "true_logit", "verdict": "mixed"}


def fit(family: str = "power_law", **changes) -> dict:
    numbers = {"p": 0.98765, "p_low": 0.9, "p_high": 1.0449, "gamma": 0.0123456}
    numbers |= {"gamma_low": 0.0, "gamma_high": 0.02}
    return {
        **{**PROFILE, "seed": "pooled", **HEADLINE, "family": family, "identified": True},
        **{"reason": None, "direction": "falls", "r_squared": 0.99012, **numbers},
        "near_to_far": 6.0,
        **{"behind_power_law": None, "behind_power_law_se": None},
        **changes,
    }


def rival(family: str, behind: float, error: float, **changes) -> dict:
    duel = {"behind_power_law": behind, "behind_power_law_se": error, "nearness": 0.98312}
    return fit(family, r_squared=0.9164, **duel, **changes)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    decay = [
        fit(order="shuffled", direction="flat", identified=False, reason="flat"),
        *(fit(), rival("exponential", 6e-6, 2e-6), rival("constant", 0.0, 0.0)),
        *(fit(seed="0", p=9.0), fit(range="full", p=9.0), fit(skip_sources=4, p=9.0)),
        *(fit(weights="step4"), rival("exponential", 1.0, 1.0, **OTHER)),
    ]
    controls = [
        fit(order="intact − shuffled", p=-0.4),
        fit(order="intact − shuffled", family="exponential"),
        fit(),
    ]
    arms = [ARM, ARM | {"order": "shuffled"}, ARM | OTHER]
    losses = {"windows": 32, "predictions": 128, "loss": 4.0, "loss_se": 0.32641, "accuracy": 0.25}
    return {
        "decay": pd.DataFrame(decay),
        "controls": pd.DataFrame(controls),
        "predictions": pd.DataFrame([arm | losses for arm in arms]),
        "verdicts": pd.DataFrame([CLAIM | {"why": "so", "ours": None, "trend": 0.5}]),
    }


def test_profiles_have_the_pooled_headline_fit_the_sample_and_the_loss(tables):
    first, second = quoted_numbers(tables, HEADLINE)["profiles"]
    assert first == {
        **PROFILE,
        **{"windows": 32, "predictions": 128, "loss": 4, "loss_se": 0.32641, "accuracy": 0.25},
        **{"identified": True, "direction": "falls", "r_squared": 0.99012, "near_to_far": 6},
        **{"p": 0.98765, "p_low": 0.9, "p_high": 1.0449},
        **{"gamma": 0.0123456, "gamma_low": 0, "gamma_high": 0.02},
        "rivals": {
            "exponential": {"r_squared": 0.9164, "nearness": 0.98312, "behind": 3},
            "constant": {"r_squared": 0.9164, "nearness": 0.98312},
        },
    }
    assert (second["order"], second["reason"]) == ("shuffled", "flat")
    assert "p" not in second


def test_an_arm_without_a_power_law_and_checkpoints_of_a_training_are_no_profiles(tables):
    rows = quoted_numbers(tables, HEADLINE)["profiles"]
    assert {row["weights"] for row in rows} == {"trained"}


def test_differences_are_those_of_the_power_law(tables):
    (row,) = quoted_numbers(tables, HEADLINE)["differences"]
    assert (row["corpus"], row["p"], row["p_high"]) == ("c", -0.4, 1.0449)
    assert row["order"] == "intact − shuffled"


def test_verdicts_are_the_table_in_words(tables):
    assert quoted_numbers(tables, HEADLINE)["verdicts"] == [CLAIM | {"why": "so"}]


def test_a_training_gives_its_checkpoints_with_the_family_of_the_least_error(tables):
    errors = {"cv_error_constant": 2e-6, "cv_error_power_law": 1e-6}  # too small to print
    steps = [{"model": "m", "step": 0, "p": None}, {"model": "m", "step": 4, "p": 0.98765} | errors]
    tables["emergence"] = pd.DataFrame(steps)
    assert quoted_numbers(tables, HEADLINE)["emergence"] == [
        {"model": "m", "step": 0},
        {"model": "m", "step": 4, "p": 0.98765, "least_error": "power_law"},
    ]


def test_a_decay_that_is_no_better_than_a_constant_is_a_constant(tables):
    error = 1e-6
    errors = {"cv_error_power_law": error * (1 - 1e-12), "cv_error_constant": error}
    tables["emergence"] = pd.DataFrame([{"model": "m", "step": 0} | errors])
    assert quoted_numbers(tables, HEADLINE)["emergence"][0]["least_error"] == "constant"


def test_the_response_gives_the_power_laws_of_effects_and_the_second_order_of_intact_text(tables):
    arm = {"model": "m", "corpus": "c", "order": "intact"}
    steps = [
        arm | {"distance": 1, "epsilon": 0.1, "divergence_ratio": 1.23456},
        arm | {"distance": 1, "epsilon": 0.1, "direction": "gradient"},
        arm | {"order": "shuffled", "distance": 1, "epsilon": 0.1, "divergence_ratio": 2.0},
    ]
    fits = [
        arm | {"effect": "log_p", "family": "power_law", "p": 0.71234, "nearness": 1.0},
        arm | {"effect": "log_p", "family": "exponential", "nearness": 1.0},
    ]
    tables |= {
        "response": pd.DataFrame(steps),
        "response_fits": pd.DataFrame(fits),
        "response_radius": pd.DataFrame([arm | {"radius": 0.31234, "radius_low": None}]),
        "response_agreement": pd.DataFrame([arm | {"score": "influence", "mean": 0.55555}]),
        "response_verdicts": pd.DataFrame([arm | {"claim": "a", "answer": "open"}]),
    }
    numbers = quoted_numbers(tables, HEADLINE)
    assert {name: rows for name, rows in numbers.items() if name.startswith("response_")} == {
        "response_radius": [arm | {"radius": 0.31234}],
        "response_second_order": [
            arm | {"distance": 1, "epsilon": 0.1, "divergence_ratio": 1.23456}
        ],
        "response_fits": [arm | {"effect": "log_p", "nearness": 1, "p": 0.71234}],
        "response_agreement": [arm | {"score": "influence", "mean": 0.55555}],
        "response_verdicts": [arm | {"claim": "a", "answer": "open"}],
    }


def test_single_predictions_and_other_centres_are_quoted_if_the_study_has_them(tables):
    share = {"share": 0.51234, "share_low": 0.4, "share_high": 0.6, "verdict": "undecided"}
    tables["mixtures"] = pd.DataFrame([PROFILE | share | {"right_if_power_law": 0.9}])
    other = {"identified": True, "p": 0.71234, "p_low": 0.6, "p_high": 0.8}
    changed = [("nothing", "headline"), ("centre", "mean"), ("range", "1..50")]
    of_class = {"class": "rare", "tail_influence": 0.34567, "windows": 32}
    tables["source_classes"] = pd.DataFrame([PROFILE | of_class])
    tables["sensitivity"] = pd.DataFrame(
        [PROFILE | other | {"changed": what, "value": value} for what, value in changed]
    )
    numbers = quoted_numbers(tables, HEADLINE)
    assert [(row["share"], row["verdict"]) for row in numbers["mixtures"]] == [
        (0.51234, "undecided")
    ]
    assert "right_if_power_law" not in numbers["mixtures"][0]
    (of_rare,) = numbers["source_classes"]
    assert (of_rare["class"], of_rare["tail_influence"]) == ("rare", 0.34567)
    assert "windows" not in of_rare
    assert [(row["value"], row["p"]) for row in numbers["sensitivity"]] == [
        ("headline", 0.71234),
        ("mean", 0.71234),
    ]


def test_objectives_and_spectra_are_quoted_if_the_study_has_them(tables):
    fit = PROFILE | HEADLINE | {"seed": "pooled", "family": "power_law", "p": 0.12345678}
    rows = [fit, fit | {"family": "exponential"}, fit | {"range": "full"}]
    tables["objectives"] = pd.DataFrame(rows)
    tables["spectrum"] = pd.DataFrame({"rank": range(1, 8), "share": 0.5, "n": 10})
    numbers = quoted_numbers(tables, HEADLINE)
    assert [row["p"] for row in numbers["objectives"]] == [0.123457]
    assert [row["rank"] for row in numbers["spectrum"]] == [1, 4]


def test_the_numbers_are_json(tables):
    json.dumps(quoted_numbers(tables, HEADLINE), allow_nan=False)


def test_faithfulness_is_quoted_without_its_single_drops(tables):
    row = {"model": "m", "data": "d", "method": "a", "conventions": "as_in_paper"}
    judged = [
        row | {"measure": measure, "value": -1.23456, "standard_error": 0.1, "n": 32}
        for measure in ("aopc", "aopc_0.05", "curve_1.0", "aopc_mean", "matched_16–63", "lds")
    ]
    pair = row | {"other": "b", "difference": 0.5, "low": 0.1, "high": 0.9, "p_holm": 0.01, "n": 32}
    tables |= {
        "faithfulness": pd.DataFrame(judged),
        "faithfulness_pairs": pd.DataFrame([pair | {"measure": m} for m in ("aopc", "lds")]),
    }
    numbers = quoted_numbers(tables, HEADLINE)
    assert [each["measure"] for each in numbers["faithfulness"]] == [
        *("aopc", "aopc_mean", "matched_16–63", "lds")
    ]
    assert numbers["faithfulness"][0]["value"] == -1.23456
    assert numbers["faithfulness_pairs"] == [pair | {"measure": "aopc"}]


def test_the_sanity_check_is_quoted(tables):
    row = {"model": "m", "data": "d", "method": "a", "layers": "all", "rank_correlation": 0.125}
    row |= {"standard_error": 0.5, "n": 3, "notices": True}
    tables["faithfulness_sanity"] = pd.DataFrame([row])
    assert quoted_numbers(tables, HEADLINE)["faithfulness_sanity"] == [row]


def test_expected_words_have_their_ranks_under_every_method_that_looks_at_the_model(tables):
    row = {"model": "m", "prompt": "p", "target": "cats", "words": "des", "sources": 32}
    row |= {"by_distance": 15, "spread_tokens": 6}
    methods = [
        {"method": "semantic", "rank": 19, "comes_out": False, "spread": 2.990753},
        {"method": "fisher", "rank": 2, "comes_out": True, "spread": None},
        {"method": "distance-p=0.86", "rank": 15, "comes_out": False, "spread": 5.8},
    ]
    tables["scopes"] = pd.DataFrame([row | each for each in methods])
    (found,) = quoted_numbers(tables, HEADLINE)["scopes"]
    assert found == {
        **row,
        "rank": {"semantic": 19, "fisher": 2},
        "spread": {"semantic": 2.99075},
        "comes_out": ["fisher"],
    }
    json.dumps(found, allow_nan=False)


def test_series_are_quoted_without_their_integrand(tables):
    row = {"model": "m", "system": "lorenz", "low": None, "high": None, "n": 1}
    measures = [("fisher", "recency", 0.51234), (None, "mass", 0.98), (None, "integrand_0.1", 50.0)]
    tables["series"] = pd.DataFrame(
        [row | {"method": a, "measure": b, "value": value} for a, b, value in measures]
    )
    kept = {"model": "m", "system": "lorenz", "n": 1}
    assert quoted_numbers(tables, HEADLINE)["series"] == [
        kept | {"method": "fisher", "measure": "recency", "value": 0.51234},
        kept | {"measure": "mass", "value": 0.98},
    ]
