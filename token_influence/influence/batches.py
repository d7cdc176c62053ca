"""Windows as the engine reads them: checked against the model, and put into batches."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from transformers import PreTrainedModel

from token_influence.errors import WindowError
from token_influence.influence.access import vocabulary
from token_influence.models.configuration import context_length


@dataclass(frozen=True)
class Window:
    """T+1 token ids, of which the first T are read, and the positions to measure, ascending."""

    number: int
    token_ids: np.ndarray
    positions: np.ndarray

    @property
    def inputs(self) -> int:
        """T."""
        return len(self.token_ids) - 1

    def is_like(self, other: "Window") -> bool:
        """Whether the two can share a pass."""
        return self.inputs == other.inputs and len(self.positions) == len(other.positions)


def read_windows(frame: pd.DataFrame, model: PreTrainedModel, bos_id: int | None) -> list[Window]:
    """The windows of `frame` by number; WindowError names the first that does not fit the model."""
    size, context = vocabulary(model), context_length(model.config)
    if bos_id is not None and not 0 <= bos_id < size:
        raise WindowError(f"The begin-of-text id {bos_id} is outside the vocabulary of {size}.")
    repeated = frame["window"][frame["window"].duplicated()]
    if len(repeated):
        raise WindowError(f"Window {repeated.iloc[0]} is there more than once.")
    frame = frame.sort_values("window")
    windows = [
        Window(int(number), np.asarray(ids), np.unique(positions))
        for number, ids, positions in zip(
            frame["window"], frame["token_ids"], frame["positions"], strict=True
        )
    ]
    for window in windows:
        _check_window(window, size, context, bos_id is not None)
    return windows


def _check_window(window: Window, size: int, context: int | None, bos: bool) -> None:
    who, ids, positions = f"Window {window.number}", window.token_ids, window.positions
    if not len(positions):
        raise WindowError(f"{who} names no position to measure.")
    if outside := [i for i in positions if not 0 <= i < window.inputs]:
        raise WindowError(
            f"{who} asks for position {outside[0]}, but has {window.inputs} inputs, so 0 to "
            f"{window.inputs - 1} are allowed."
        )
    if outside := [i for i in ids if not 0 <= i < size]:
        raise WindowError(f"{who} holds token id {outside[0]}, outside the vocabulary of {size}.")
    if context is not None and window.inputs + bos > context:
        raise WindowError(
            f"{who} is {window.inputs + bos} tokens long{' with begin-of-text' if bos else ''}, "
            f"but the model reads at most {context}."
        )


def next_batch(windows: list[Window], size: int) -> list[Window]:
    """The first of `windows` that are alike in length and number of positions, up to `size`."""
    batch: list[Window] = []
    for window in windows[:size]:
        if batch and not window.is_like(batch[0]):
            break
        batch.append(window)
    return batch
