"""The first screen of a study's page: the answer in a sentence, the arms, and the claims."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from token_influence.claims.findings import FALL, Estimate
from token_influence.claims.rules import NOT, REPRODUCED, UNDECIDED
from token_influence.claims.verdicts import ALL, CLAIMS, UNMEASURED
from token_influence.tables.arms import ARM
from token_influence.tables.headline import profiles, result_cells
from token_influence.tables.metrics import summarise

DECAYS_AS_POWER_LAW = CLAIMS[1].name
COLUMNS = ["profile", "p [low, high]", "R² power", "R² exp", "loss", "windows"]


def arms_table(
    decay: pd.DataFrame, predictions: pd.DataFrame, headline: Mapping[str, Any]
) -> dict[str, Any]:
    """The headline numbers of every profile: `columns`, `models` (each with its `rows`) and `notes`.

    decay, predictions: the tables of the same names. A cell that shows no exponent names its note.
    """
    windows = predictions.set_index(ARM)["windows"]
    notes: list[str] = []
    models: dict[str, list[list[str]]] = {}
    for (model, *names), loss, families in profiles(summarise(decay, predictions, headline)):
        exponent, _, *squares_and_loss = result_cells(families, loss, notes)
        profile = " · ".join([*names[:3], names[3].replace("_", " ")])
        row = [profile, exponent, *squares_and_loss, str(windows.loc[(model, *names[:3])])]
        models.setdefault(model, []).append(row)
    return {"columns": COLUMNS, "models": models, "notes": notes}


def claims_table(verdicts: pd.DataFrame) -> list[dict[str, Any]]:
    """Each claim with its `published` words, one verdict per objective, and every row behind them.

    verdicts: the table of the same name.
    """
    claims = []
    for name, rows in verdicts.groupby("claim", sort=False):
        records = rows.astype(object).fillna("").to_dict("records")
        measured = [row for row in records if row["verdict"] != UNMEASURED]
        claims.append(
            {
                "claim": name,
                "published": records[0]["published"],
                "verdicts": [row for row in measured if row["model"] == ALL],
                "rows": [row for row in measured if row["model"] != ALL],
                "unmeasured": sum(row["verdict"] == UNMEASURED for row in records),
            }
        )
    return claims


def answer(verdicts: pd.DataFrame) -> list[str]:
    """What trained models show on intact text, in sentences that count verdicts and no more."""
    rows = verdicts[
        (verdicts["claim"] == DECAYS_AS_POWER_LAW)
        & (verdicts["model"] != ALL)
        & (verdicts["verdict"] != UNMEASURED)
    ]
    if rows.empty:
        return ["This study has no profile of a trained model on intact text."]
    total = len(rows)
    falling = rows[rows["near_to_far_low"] > FALL]
    heights = _spread(falling, "near_to_far", ": near distances are {} times as high as far ones")
    sentences = [
        f"Influence is shown to fall with distance in {len(falling)} of {total} profiles of trained "
        f"models on intact text{heights}."
    ]
    counts = [
        f"{words} in {number}"
        for kind, words in ((REPRODUCED, "shown"), (NOT, "refuted"), (UNDECIDED, "undecided"))
        if (number := int((rows["verdict"] == kind).sum()))
    ]
    sentences.append(
        "That it falls much rather as a power law than as an exponential is "
        f"{_joined(counts)} of the {total}."
    )
    if exponents := _spread(rows, "p", "The exponent p of the fitted power law is {}."):
        sentences.append(exponents)
    return sentences


def _spread(rows: pd.DataFrame, name: str, words: str) -> str:
    """The words with the smallest and the largest value of a column; nothing where there is none."""
    known = rows.dropna(subset=[name]).sort_values(name)
    if known.empty:
        return ""
    ends = dict.fromkeys(
        str(Estimate(*(row[f"{name}{end}"] for end in ("", "_low", "_high"))))
        for row in (known.iloc[0].to_dict(), known.iloc[-1].to_dict())
    )
    return words.format(" to ".join(ends))


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
