"""The tables of faithfulness: means over passages with standard errors, and all pairs of methods."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pandas as pd

from token_influence.attribution.comparisons import DRAWS, holm, pairs
from token_influence.attribution.conventions import Conventions
from token_influence.attribution.perturbation import aopc, aopc_errors

BENCHMARK = ["model", "data", "conventions"]
AREAS = ("aopc", "aopc_mean", "aopc_corpus", "sufficiency")
"""Measures whose parts are drops at the conventions' fractions, with an area over them."""
COMPARED = {"matched": "all", "lds": "", "leave_one_out": "log_probability"}
"""The part of other measures by which methods are compared in pairs."""


def faithfulness_table(
    judged: pd.DataFrame, conventions: Mapping[str, Conventions]
) -> pd.DataFrame:
    """One row per benchmark, method and measure: `value`, `standard_error` and `n` passages.

    judged: the columns of `BENCHMARK`, `measure`, `method`, `passage`, `part` and `value`. A part of a
    measure is the measure `measure_part`. The value is the mean over passages, NaN as the standard error
    of a single one.
    """
    rows = []
    for keys, group in _groups(judged, [*BENCHMARK, "measure", "method"]):
        if keys["measure"] in AREAS:
            rows.append(keys | _area(group, conventions[keys["conventions"]]))
        for part, values in group.groupby("part", sort=False)["value"]:
            found = {"value": values.mean(), "standard_error": values.sem(), "n": len(values)}
            measure = "_".join(filter(None, [keys["measure"], str(part)]))
            rows.append(keys | {"measure": measure} | found)
    order = ["model", "data", "method", "conventions", "measure", "value", "standard_error", "n"]
    return pd.DataFrame(rows, columns=order)


def _area(group: pd.DataFrame, chosen: Conventions) -> dict[str, Any]:
    """The area of one method over all passages, from the drops at the fractions."""
    drops = _drops(group)
    areas = aopc(drops, chosen).iloc[:, 0]
    error = aopc_errors(drops, chosen).iloc[0]
    return {"value": areas.mean(), "standard_error": error, "n": len(areas)}


def pairs_table(
    judged: pd.DataFrame,
    conventions: Mapping[str, Conventions],
    *,
    seed: int,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Every pair of methods in each benchmark and measure, on the passages that both have.

    The columns are those of `comparisons.pairs` after `model`, `data`, `conventions` and `measure`;
    `p_holm` is corrected for all pairs of the benchmark and measure.
    """
    tables = []
    for keys, group in _groups(judged, [*BENCHMARK, "measure"]):
        values = _compared(group, keys["measure"], conventions[keys["conventions"]])
        found = [
            pairs(values[list(pair)].dropna(), seed=seed, draws=draws)
            for pair in combinations(values, 2)
        ]
        if found:
            table = pd.concat(found, ignore_index=True)
            table["p_holm"] = holm(table["p"].to_numpy(float))
            tables.append(pd.concat([pd.DataFrame([keys] * len(table)), table], axis=1))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=BENCHMARK)


def _groups(
    judged: pd.DataFrame, names: list[str]
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """The rows of equal `names`, with these as keys, in the order of the table."""
    for found, group in judged.groupby(names, sort=False):
        yield dict(zip(names, map(str, found), strict=True)), group


def _compared(group: pd.DataFrame, measure: str, chosen: Conventions) -> pd.DataFrame:
    """The values [passage × method] by which methods are compared; empty if the measure has none."""
    order = list(dict.fromkeys(group["method"]))
    if measure in AREAS:
        return aopc(_drops(group), chosen)[order]
    if measure not in COMPARED:
        return pd.DataFrame()
    part = group[group["part"] == COMPARED[measure]]
    return part.pivot(index="passage", columns="method", values="value")[order]


def _drops(group: pd.DataFrame) -> pd.DataFrame:
    """Values at fractions as the table that `perturbation.perturb` gives."""
    return pd.DataFrame(
        {
            "key": group["passage"],
            "method": group["method"],
            "fraction": group["part"].astype(float),
            "drop": group["value"],
        }
    )
