"""Means over passages, areas by the conventions, and pairs on common passages."""

import numpy as np
import pandas as pd
import pytest

from token_influence.attribution.comparisons import holm
from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER, with_changes
from token_influence.tables.faithfulness import faithfulness_table, pairs_table

CONVENTIONS = {
    "as_in_paper": AS_IN_PAPER,
    "as_in_code": AS_IN_CODE,
    "whole": with_changes("as_in_paper", from_zero=True, divided_by_span=True),
    "independent": with_changes("as_in_paper", standard_error="fractions"),
}
KEYS = {"model": "tiny", "data": "poems"}


def rows(
    method: str, drops: dict[int, list[float]], conventions: str = "as_in_paper", **keys
) -> pd.DataFrame:
    """The drops of each passage at the three fractions."""
    parts = ["0.05", "0.1", "0.2"]
    table = pd.DataFrame(
        [
            (n, part, value)
            for n, of in drops.items()
            for part, value in zip(parts, of, strict=True)
        ],
        columns=["passage", "part", "value"],
    )
    named = {**KEYS, "conventions": conventions, "measure": "aopc", "method": method}
    return table.assign(**(named | keys))


def one(table: pd.DataFrame, **keys) -> pd.Series:
    for key, value in keys.items():
        table = table[table[key] == value]
    (index,) = table.index
    return table.loc[index]


def test_the_area_is_that_of_the_published_rule():
    table = faithfulness_table(rows("a", {0: [-1, -2, -4], 1: [-3, -2, 0]}), CONVENTIONS)
    areas = [0.025 * a + 0.075 * b + 0.05 * c for a, b, c in ([-1, -2, -4], [-3, -2, 0])]
    found = one(table, measure="aopc")
    assert found["value"] == pytest.approx(np.mean(areas))
    assert found["standard_error"] == pytest.approx(np.std(areas, ddof=1) / np.sqrt(2))
    assert found["n"] == 2
    assert one(table, measure="aopc_0.1")["value"] == -2
    assert set(table["measure"]) == {"aopc", "aopc_0.05", "aopc_0.1", "aopc_0.2"}


def test_each_benchmark_has_its_own_conventions():
    drops = {0: [-1.0, -2, -4], 1: [-3, -2, 0], 2: [-5, 1, 1]}
    judged = pd.concat([rows("a", drops, conventions=name) for name in CONVENTIONS])
    table = faithfulness_table(judged, CONVENTIONS)
    value = {name: one(table, measure="aopc", conventions=name) for name in CONVENTIONS}
    assert value["as_in_code"]["value"] == value["as_in_paper"]["value"]
    assert value["whole"]["value"] == pytest.approx(
        (value["as_in_paper"]["value"] + 0.025 * np.mean([-1, -3, -5])) / 0.2
    )
    assert value["independent"]["standard_error"] != value["as_in_paper"]["standard_error"]


def test_other_measures_are_means_of_their_parts():
    judged = pd.DataFrame(
        {"passage": [0, 1, 0], "part": ["", "", "ceiling"], "value": [0.2, 0.4, 0.9]}
    ).assign(**KEYS, conventions="as_in_paper", measure="lds", method="a")
    table = faithfulness_table(judged, CONVENTIONS)
    assert list(table["measure"]) == ["lds", "lds_ceiling"]
    assert one(table, measure="lds")["value"] == pytest.approx(0.3)
    assert np.isnan(one(table, measure="lds_ceiling")["standard_error"])


def test_pairs_are_compared_on_the_passages_of_both():
    generator = np.random.default_rng(1)
    many = {n: generator.normal(size=3).tolist() for n in range(20)}
    judged = pd.concat(
        [
            rows("few", {n: [v - 5 for v in many[n]] for n in range(8)}),
            rows("many", many),
            rows("more", {n: [v - 0.1 for v in of] for n, of in many.items()}),
        ]
    )
    table = pairs_table(judged, CONVENTIONS, seed=0, draws=200)
    assert list(zip(table["method"], table["other"], strict=True)) == [
        *[("few", "many"), ("few", "more"), ("many", "more")]
    ]
    assert list(table["n"]) == [8, 8, 20]
    assert table["difference"].tolist() == pytest.approx([-0.75, -0.735, 0.015])
    np.testing.assert_allclose(table["p_holm"], holm(table["p"].to_numpy()))


def test_measures_without_one_value_have_no_pairs():
    judged = pd.concat([rows(name, {0: [1, 2, 3]}, measure="curve") for name in "ab"])
    assert pairs_table(judged, CONVENTIONS, seed=0).empty
