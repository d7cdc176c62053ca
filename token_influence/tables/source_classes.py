"""Where influence comes from, as a table: the shares of each class of source tokens."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from token_influence.profiles.source_classes import in_order
from token_influence.tables.arms import PROFILE
from token_influence.tables.decay import with_intervals

WHERE = ("windows", "predictions", "tail", "distance_max")
NUMBERS = ("influence", "tail_influence", "tail_left_out")


def source_classes_table(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row per arm and class; records: see `decay.source_shares`, with their `arm`.

    Columns: the arm's keys, `class`, `windows`, `predictions`, `tail`, `distance_max`, `positions`,
    `tail_positions`, and with `_low` and `_high` `influence`, `tail_influence` and `tail_left_out`.
    """
    return pd.DataFrame(
        {
            **{key: record["arm"][key] for key in PROFILE},
            "class": name,
            **{key: record[key] for key in WHERE},
            "positions": of["positions"],
            "tail_positions": of.get("tail_positions"),
            **with_intervals({key: of[key] for key in NUMBERS if key in of}),
        }
        for record in records
        for name in in_order(record["classes"])
        for of in [record["classes"][name]]
    )
