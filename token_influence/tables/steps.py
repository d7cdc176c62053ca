"""Weights that are a checkpoint of a training: `stepN`."""

import pandas as pd


def step_of(weights: str) -> int | None:
    """1000 of `step1000`; None of weights that are no checkpoint of a training."""
    return int(weights.removeprefix("step")) if weights.startswith("step") else None


def without_steps(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table whose `weights` are no checkpoint of a training."""
    return table[table["weights"].map(step_of).isna()]
