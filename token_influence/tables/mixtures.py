"""Tests of single predictions: exponentials of many lengths, or power laws (see `decay.mixtures`)."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from token_influence.decay.mixtures import MIXTURE, POWER_LAWS
from token_influence.fitting.families import EXPONENTIAL, POWER_LAW
from token_influence.tables.arms import PROFILE

WHERE = ("range", "skip_sources", "distance_min", "distance_max", "windows", "predictions")
RIGHT = {EXPONENTIAL: MIXTURE, POWER_LAW: POWER_LAWS}
WRONG = {EXPONENTIAL: POWER_LAWS, POWER_LAW: MIXTURE}


def mixtures_table(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row per arm: the share that the power law fits better, and the simulated shares.

    records: {"arm", "test"}. `share` with its interval; `exponential_share` and `power_law_share`,
    with the range of 95 % of simulated studies, if all predictions are of that family, and
    `…_mismatch` (of the simulated median, root mean square of ln); `verdict`; `right_if_…` and
    `wrong_if_…`: how many of these studies get that verdict, or its opposite.
    """
    return pd.DataFrame([_row(record) for record in records])


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    test = record["test"]
    arm = {key: record["arm"][key] for key in PROFILE}
    row = {**arm, **{key: test[key] for key in WHERE}, **_share("share", test)}
    for truth in RIGHT:
        row |= _share(f"{truth}_share", test[truth])
        row[f"{truth}_mismatch"] = test[truth]["mismatch"]
    row["verdict"] = test["verdict"]
    for truth in RIGHT:
        verdicts = test[truth]["verdicts"]
        row[f"right_if_{truth}"] = verdicts[RIGHT[truth]]
        row[f"wrong_if_{truth}"] = verdicts[WRONG[truth]]
    return row


def _share(name: str, part: Mapping[str, Any]) -> dict[str, float]:
    share = part["share"]
    return {name: share["estimate"], f"{name}_low": share["low"], f"{name}_high": share["high"]}
