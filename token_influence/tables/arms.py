"""The keys of an arm in a table, and the weights that are a checkpoint of a training (`stepN`)."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

ARM = ["model", "weights", "corpus", "order"]
"""The columns that name an arm."""
PROFILE = [*ARM, "objective"]
"""The columns that name a profile: an arm and what was differentiated."""


def labelled(frames: Iterable[pd.DataFrame], labels: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The frames one under another; every row carries the labels of its frame as columns.

    Raises ValueError where there are not as many labels as frames.
    """
    pairs = zip(frames, labels, strict=True)
    return pd.concat([frame.assign(**label) for frame, label in pairs], ignore_index=True)


def step_of(weights: str) -> int | None:
    """The step of a checkpoint: 1000 for `step1000`, None for `trained` and `random`."""
    return int(weights.removeprefix("step")) if weights.startswith("step") else None


def without_steps(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table whose `weights` are no checkpoint of a training."""
    return table[table["weights"].map(step_of).isna()]
