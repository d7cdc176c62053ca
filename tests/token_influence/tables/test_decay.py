"""The decay table holds what the records say, under the agreed columns."""

import numpy as np
import pandas as pd
import pytest

from token_influence.errors import DecayError
from token_influence.tables.decay import decay_table

ARM = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact"}
STATISTICS = ("r_squared", "r_squared_log", "rss", "aic", "aicc", "bic", "akaike_weight")


def fit(family: str, parameters: dict, **changes) -> dict:
    return {
        "seed": "pooled",
        "skip_sources": 0,
        "distance_min": 1,
        "distance_max": 100,
        "range": "1..100",
        "n": 100,
        "windows": 4,
        "predictions": 8,
        "family": family,
        "identified": True,
        "reason": None,
        "parameters": {
            name: {"estimate": value, "low": value - 0.5, "high": value + 0.5}
            for name, value in parameters.items()
        },
        **{name: index / 10 for index, name in enumerate(STATISTICS)},
        "residual_autocorrelation": 0.25,
        "win_share": None,
        "unconstrained": None,
        **changes,
    }


def record(*fits: dict) -> dict:
    trend = {
        "seed": "pooled",
        "skip_sources": 0,
        "distance_min": 1,
        "distance_max": 100,
        "trend": {"estimate": -0.8, "low": -0.9, "high": -0.7},
        "near_to_far": {"estimate": 6.0, "low": 5.0, "high": 7.0},
        "direction": "falls",
    }
    return {"arm": {**ARM, "objective": "true_logit"}, "trend": [trend], "fits": list(fits)}


POWER = fit(
    "power_law",
    {"p": 0.9, "gamma": 0.1, "beta": 0.6},
    floor_distance={"estimate": 6.5, "low": 2.5, "high": "inf"},
    joint={"centre": [0.9, 0.1], "level": 0.95, "correlation": 0.91, "polygon": [[0.8, 0.0]]},
    unconstrained={"p": 0.8, "gamma": -0.1, "beta": 0.7, "rss": 0.2, "r_squared": 0.9},
)
STRETCHED = fit("stretched_exponential", {"xi": 5.0, "kappa": 0.4, "gamma": 0.1, "beta": 0.6})
CONSTANT = fit("constant", {"gamma": 0.1})


def test_decay_table_is_flat_and_ordered():
    table = decay_table([record(POWER, STRETCHED, CONSTANT)])
    assert table.columns.tolist() == [
        *("model", "weights", "corpus", "order", "objective"),
        *("seed", "skip_sources", "distance_min", "distance_max", "range", "family"),
        *("n", "windows", "predictions", "identified", "reason"),
        *("direction", "trend", "trend_low", "trend_high"),
        *("near_to_far", "near_to_far_low", "near_to_far_high"),
        *("p", "p_low", "p_high", "xi", "xi_low", "xi_high", "kappa", "kappa_low", "kappa_high"),
        *("gamma", "gamma_low", "gamma_high", "beta", "beta_low", "beta_high"),
        *("floor_distance", "floor_distance_low", "floor_distance_high", "p_gamma_correlation"),
        *STATISTICS,
        "residual_autocorrelation",
        *(f"unconstrained_{name}" for name in ("p", "gamma", "beta", "rss", "r_squared")),
    ]
    power, stretched, constant = table.to_dict("records")
    assert (power["p"], power["p_low"], power["p_high"]) == (0.9, 0.4, 1.4)
    assert (stretched["kappa"], stretched["xi_high"]) == (0.4, 5.5)
    assert (power["direction"], power["trend_low"]) == ("falls", -0.9)
    assert (power["near_to_far"], power["near_to_far_high"]) == (6.0, 7.0)
    assert power["unconstrained_gamma"] == -0.1
    assert power["bic"] == 0.5
    assert (power["floor_distance"], power["floor_distance_high"]) == (6.5, float("inf"))
    assert power["p_gamma_correlation"] == 0.91
    empty = [name for name in ("p", "xi", "kappa", "beta_low") if pd.isna(constant[name])]
    assert empty == ["p", "xi", "kappa", "beta_low"]
    assert pd.isna(power["xi"])


def test_unidentified_fit_keeps_its_reason_through_csv(tmp_path):
    lost = {name: {"estimate": None, "low": None, "high": None} for name in POWER["parameters"]}
    why = 'it rises, or "so"'
    table = decay_table([record({**POWER, "identified": False, "reason": why, "parameters": lost})])
    table.to_csv(tmp_path / "decay.csv", index=False)
    (row,) = pd.read_csv(tmp_path / "decay.csv").to_dict("records")
    assert row["identified"] is False
    assert row["reason"] == why
    assert np.isnan(row["p"])


@pytest.mark.parametrize("name", ["r_squared", "rss", "bic"])
def test_identified_fit_must_be_complete(name):
    with pytest.raises(DecayError, match=rf"m/trained/c/intact/true_logit.*power_law.*{name}"):
        decay_table([record({**POWER, name: None})])


def test_identified_fit_must_have_intervals():
    parameters = {**POWER["parameters"], "p": {"estimate": 0.9, "low": None, "high": 1.0}}
    with pytest.raises(DecayError, match="p_low"):
        decay_table([record({**POWER, "parameters": parameters})])


def test_an_infinite_floor_distance_stays_one_through_csv(tmp_path):
    decay_table([record(POWER)]).to_csv(tmp_path / "decay.csv", index=False)
    assert pd.read_csv(tmp_path / "decay.csv")["floor_distance_high"].tolist() == [float("inf")]


def test_fit_without_trend_is_refused():
    with pytest.raises(DecayError, match=r"no trend for seed 0 on r = 1\.\.100"):
        decay_table([record({**POWER, "seed": "0"})])
