"""Decay records of several arms as flat tables: the controls, and the sweep of ranges."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from token_influence.decay.paired_differences import WHERE

DIFFERENCE = "intact − shuffled"
KEYS = ["model", "weights", "corpus", "order", "objective"]
VERDICT = ["identified", "reason"]


def controls_table(
    decay: Iterable[Mapping[str, Any]], differences: Iterable[Mapping[str, Any]]
) -> pd.DataFrame:
    """One row per arm (pooled), range and family, and per paired difference, told by `order`.

    decay: contents of results/decay files; differences: those of `scripts/compare_controls.py`.
    Columns: the arm's keys, the range, R², the verdict, every parameter with `_low` and `_high`.
    """
    rows = []
    for result in decay:
        pooled = [record for record in result["fits"] if record["seed"] == "pooled"]
        rows += [flat_row(result["arm"], record) for record in pooled]
    for result in differences:
        arm = {**result["arm"], "order": DIFFERENCE}
        rows += [flat_row(arm, record) for record in result["differences"]]
    order = ["model", "corpus", "objective", "skip_sources", "range", "family", "weights", "order"]
    return _table(rows).sort_values(order, kind="stable", ignore_index=True)


def sweep_table(decay: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row per arm, range of the sweep and family, with the columns of `controls_table`.

    decay: contents of results/decay files.
    """
    return _table([flat_row(each["arm"], record) for each in decay for record in each["sweep"]])


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    front = [*KEYS, *WHERE, *VERDICT, "r_squared"]
    return pd.DataFrame(rows, columns=front + [key for key in columns if key not in front])


def flat_row(arm: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of parameters as one flat row."""
    row = {key: arm[key] for key in KEYS} | {key: record[key] for key in [*WHERE, *VERDICT]}
    row["r_squared"] = record.get("r_squared")
    for name, numbers in record["parameters"].items():
        row |= {name: numbers["estimate"]}
        row |= {f"{name}_{end}": numbers[end] for end in ("low", "high")}
    return row
