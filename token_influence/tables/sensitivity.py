"""How p, γ and R² depend on the choices of the analysis, as a flat table."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from token_influence.fitting.families import FAMILIES
from token_influence.tables.arms import PROFILE
from token_influence.tables.decay import with_intervals

Record = Mapping[str, Any]

CHOICE = ["changed", "value", "distance_min", "distance_max"]
SUFFIXES = {"power_law": "", "exponential": "_exponential"}
"""What the columns of a family end in."""


def sensitivity_table(records: Iterable[Record]) -> pd.DataFrame:
    """One row per arm, objective and analysis; the first of each profile is the headline's.

    records: contents of the files in results/sensitivity. Columns: what was `changed` and to which
    `value`; for the power law p, γ (both with `_low` and `_high`), R², `identified` and `reason`; the
    same for the exponential with ξ, under names that end in `_exponential`. A field is empty where
    there is no such number.
    """
    rows = []
    for record in records:
        for variant in record["variants"]:
            row = {**record["arm"], **{key: variant[key] for key in CHOICE}}
            for name, suffix in SUFFIXES.items():
                row |= _family_columns(name, variant["fits"][name], suffix)
            rows.append(row)
    ends = dict.fromkeys(["distance_min", "distance_max"], "Int64")  # whole, also where one lacks
    return pd.DataFrame(rows)[list(dict.fromkeys([*PROFILE, *rows[0]]))].astype(ends)


def _family_columns(name: str, fit: Record, suffix: str) -> dict[str, Any]:
    """Shape, floor, R² and verdict of one family; a shape's name already names the family."""
    none = {"estimate": None, "low": None, "high": None}
    (shape,) = FAMILIES[name].shapes
    wanted = {shape.name: shape.name, "gamma": f"gamma{suffix}"}
    return {
        **with_intervals({new: fit["parameters"].get(old, none) for old, new in wanted.items()}),
        **{f"{key}{suffix}": fit[key] for key in ("r_squared", "identified", "reason")},
    }
