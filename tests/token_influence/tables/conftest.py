"""Headline numbers of a made-up study."""

import pandas as pd
import pytest

from token_influence.tables.metrics import summarise

HEADLINE = {"range": "1..100", "skip_sources": 0}
ARM = {"model": "m-1.5", "weights": "trained", "corpus": "c", "order": "intact"}
RISES = "the profile rises with distance"


def row(family: str = "power_law", **changes) -> dict:
    shape = "p" if family == "power_law" else "xi"
    return {
        **ARM,
        "objective": "true_logit",
        "seed": "pooled",
        **HEADLINE,
        "family": family,
        "identified": True,
        "reason": None,
        shape: 0.98765,
        f"{shape}_low": 0.9,
        f"{shape}_high": 1.0449,
        **{"gamma": 0.01685, "gamma_low": 0.0, "gamma_high": 0.02231},
        "r_squared": 0.99012,
        **changes,
    }


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """The tables `decay` and `predictions`."""
    rising = {"weights": "random", "identified": False, "reason": RISES, "r_squared": -1e-12}
    decay = pd.DataFrame(
        [
            row(),
            row("exponential", r_squared=0.9164),
            row(seed="0", p=9.0),
            row(range="full", p=9.0),
            row(skip_sources=4, p=9.0),
            row(objective="predicted_logit", p=0.85),
            row(order="shuffled", p=1.28),
            row(**rising),
            row(**rising, objective="predicted_logit"),
        ]
    )
    losses = [
        ("trained", "intact", 4.12345),
        ("trained", "shuffled", 7.8),
        ("random", "intact", 11),
    ]
    predictions = pd.DataFrame(
        [
            {**ARM, "weights": weights, "order": order, "loss": loss, "loss_se": 0.051234}
            for weights, order, loss in losses
        ]
    )
    return {"decay": decay, "predictions": predictions}


@pytest.fixture
def metrics(tables: dict[str, pd.DataFrame]) -> dict:
    return summarise(tables["decay"], tables["predictions"], HEADLINE)
