"""The table of sensitivity has one row per analysis, with the numbers of both families."""

import pandas as pd

from token_influence.tables.sensitivity import sensitivity_table

ARM = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact", "objective": "o"}


def fit(shape: str, value: float) -> dict:
    numbers = {shape: value, "gamma": value / 10, "beta": 0.5}
    return {
        "identified": True,
        "reason": None,
        "r_squared": 0.99,
        "parameters": {
            name: {"estimate": one, "low": one - 0.01, "high": one + 0.01}
            for name, one in numbers.items()
        },
    }


def test_each_analysis_is_a_row_with_both_families(tmp_path):
    fits = {"power_law": fit("p", 0.9), "exponential": fit("xi", 5.0)}
    none = {"identified": False, "reason": "too short", "r_squared": None, "parameters": {}}
    variants = [
        {"changed": "nothing", "value": "headline", "distance_min": 1, "distance_max": 40},
        {"changed": "seed", "value": "0", "distance_min": None, "distance_max": None},
    ]
    variants[0]["fits"] = fits
    variants[1]["fits"] = dict.fromkeys(fits, none)
    table = sensitivity_table([{"arm": ARM, "variants": variants}])
    assert table.columns.tolist() == [
        *ARM,
        *("changed", "value", "distance_min", "distance_max"),
        *("p", "p_low", "p_high", "gamma", "gamma_low", "gamma_high"),
        *("r_squared", "identified", "reason"),
        *("xi", "xi_low", "xi_high"),
        *("gamma_exponential", "gamma_exponential_low", "gamma_exponential_high"),
        *("r_squared_exponential", "identified_exponential", "reason_exponential"),
    ]
    table.to_csv(tmp_path / "table.csv", index=False)
    assert ",nothing,headline,1,40,0.9," in (tmp_path / "table.csv").read_text()
    first, second = pd.read_csv(tmp_path / "table.csv").to_dict("records")
    assert (first["p"], first["p_high"], first["gamma"]) == (0.9, 0.91, 0.09)
    assert (first["xi"], first["gamma_exponential"]) == (5.0, 0.5)
    assert (second["identified"], second["reason_exponential"]) == (False, "too short")
    assert pd.isna(second["p"])
