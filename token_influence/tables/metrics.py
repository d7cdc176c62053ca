"""The study's headline numbers, rounded to what survives a change of processor."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from token_influence.fitting.families import FAMILIES
from token_influence.profiles.labels import POOLED
from token_influence.tables.decay import ARM

DIGITS = 3
"""Significant digits kept: results of different processors agree in these."""
DECIMALS = 4
"""Decimals kept at most: what is smaller is rounding."""


def rounded(value: Any) -> float | None:
    """`value` to the kept digits; None where there is none."""
    return None if pd.isna(value) else round(float(f"{value:.{DIGITS}g}"), DECIMALS) + 0.0


def fit_metrics(fit: pd.Series) -> dict[str, Any]:
    """R² and, where identified, the shape parameters with intervals (p, or ξ); else why not."""
    names = [
        f"{shape.name}{end}"
        for shape in FAMILIES[fit["family"]].shapes
        for end in ("", "_low", "_high")
    ]
    identified = bool(fit["identified"])
    return {
        **{name: rounded(fit[name]) if identified else None for name in names},
        "r_squared": rounded(fit["r_squared"]),
        "identified": identified,
        "reason": None if identified else str(fit["reason"]),
    }


def headline_fits(decay: pd.DataFrame, headline: Mapping[str, Any]) -> pd.DataFrame:
    """The pooled fits on the headline range and sources."""
    chosen = decay["seed"] == POOLED
    for key, value in headline.items():
        chosen &= decay[key] == value
    return decay[chosen]


def summarise(
    decay: pd.DataFrame, predictions: pd.DataFrame, headline: Mapping[str, Any]
) -> dict[str, Any]:
    """`headline`, and `arms` nested by model, weights, corpus, order; then objective and family.

    decay, predictions: the tables of the same names; headline: `range` and `skip_sources`.
    """
    arms: dict[str, Any] = {}

    def place(row: pd.Series) -> dict[str, Any]:
        node = arms
        for key in ARM:
            node = node.setdefault(row[key], {})
        return node

    for _, row in predictions.iterrows():
        place(row).update(loss=rounded(row["loss"]), loss_se=rounded(row["loss_se"]))
    for _, fit in headline_fits(decay, headline).iterrows():
        place(fit).setdefault(fit["objective"], {})[fit["family"]] = fit_metrics(fit)
    return {"headline": dict(headline), "arms": arms}
