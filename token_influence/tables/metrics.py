"""The study's headline numbers, and those of them that versions are compared by."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from token_influence.fitting.families import FAMILIES
from token_influence.tables.arms import ARM
from token_influence.tables.decay import headline_fits

DIGITS = 3
"""Significant digits that are kept: results of different processors agree in these."""
DECIMALS = 4
"""Decimals that are kept at most: smaller differences are rounding errors."""
COMPARED = {"power_law": ("p", "gamma", "r_squared"), "exponential": ("r_squared",)}
"""What versions are compared by, for each family; everything else is in the tables."""


def summarise(
    decay: pd.DataFrame, predictions: pd.DataFrame, headline: Mapping[str, Any]
) -> dict[str, Any]:
    """`headline` itself, and `arms`: numbers by model, weights, corpus, order, objective, family.

    decay, predictions: the tables of the same names; headline: `range` and `skip_sources`. Beside its
    objectives, each arm has its `loss` and `loss_se` in nats per token.
    """
    arms: dict[str, Any] = {}

    def numbers_of_arm(row: pd.Series) -> dict[str, Any]:
        node = arms
        for key in ARM:
            node = node.setdefault(row[key], {})
        return node

    for _, row in predictions.iterrows():
        numbers_of_arm(row).update(loss=row["loss"], loss_se=row["loss_se"])
    for _, fit in headline_fits(decay, headline).iterrows():
        families = numbers_of_arm(fit).setdefault(fit["objective"], {})
        families[fit["family"]] = fit_metrics(fit)
    return {"headline": dict(headline), "arms": arms}


def compared(metrics: Mapping[str, Any], verdicts: pd.DataFrame) -> dict[str, Any]:
    """What people compare: of `summarise` the numbers `COMPARED` and the loss of each arm; `verdicts`.

    The numbers are `rounded`, so that versions of different processors are equal.
    verdicts: the table of that name, of which each measured claim's common verdict is taken.
    """
    arms: dict[str, Any] = {}
    for model, by_weights in metrics["arms"].items():
        for weights, by_corpus in by_weights.items():
            for corpus, by_order in by_corpus.items():
                node = arms.setdefault(model, {}).setdefault(weights, {})
                node[corpus] = {order: _few(arm) for order, arm in by_order.items()}
    return {"headline": dict(metrics["headline"]), "arms": arms, "verdicts": _common(verdicts)}


def _common(verdicts: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The verdict over all models of each claim and objective that the study measured."""
    claims: dict[str, dict[str, str]] = {}
    rows = verdicts[(verdicts["model"] == "all") & (verdicts["verdict"] != "not measured")]
    for _, row in rows.iterrows():
        claims.setdefault(row["claim"], {})[row["objective"]] = row["verdict"]
    return claims


def _few(arm: Mapping[str, Any]) -> dict[str, Any]:
    """The loss of an arm, and for each of its objectives the families' `COMPARED` numbers."""
    return {"loss": rounded(arm["loss"])} | {
        objective: {
            family: {name: rounded(families[family][name]) for name in names}
            for family, names in COMPARED.items()
            if family in families
        }
        for objective, families in arm.items()
        if isinstance(families, Mapping)
    }


def fit_metrics(fit: pd.Series) -> dict[str, Any]:
    """R², and the shape parameters (p, or ξ) and the floor γ with their intervals.

    Where the fit is not identified, the parameters are None and `reason` says why.
    """
    names = [
        f"{name}{end}"
        for name in FAMILIES[fit["family"]].parameters
        if name != "beta"
        for end in ("", "_low", "_high")
    ]
    identified = bool(fit["identified"])
    return {
        **{name: _there(fit[name]) if identified else None for name in names},
        "r_squared": _there(fit["r_squared"]),
        "identified": identified,
        "reason": None if identified else str(fit["reason"]),
    }


def _there(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def rounded(value: Any) -> float | None:
    """`value` to the digits that are kept; None for a missing value."""
    # Adding 0.0 turns -0.0 into 0.0.
    return None if pd.isna(value) else round(float(f"{value:.{DIGITS}g}"), DECIMALS) + 0.0
