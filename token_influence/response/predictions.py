"""The predictions whose inputs are changed: the first ones of the first windows of a seed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import PreTrainedModel


@dataclass(frozen=True)
class Prediction:
    """The prediction at `position` of the window `window`, with its begin-of-text token, if any.

    token_ids: int [T + 1], without begin-of-text; bos_id: its id, or None.
    """

    window: int
    position: int
    token_ids: np.ndarray
    bos_id: int | None = None

    @property
    def target(self) -> int:
        """The id of the true token, which the prediction is about."""
        return int(self.token_ids[self.position + 1])

    def row(self, source: int) -> int:
        """The row of the token `source` among the inputs of the model."""
        return source + (self.bos_id is not None)

    def embeddings(self, model: PreTrainedModel) -> Tensor:
        """The input embeddings [S, d] of begin-of-text, if any, and the tokens 0..position."""
        bos = [] if self.bos_id is None else [self.bos_id]
        ids = [*bos, *self.token_ids[: self.position + 1].tolist()]
        with torch.no_grad():
            return model.get_input_embeddings()(torch.tensor(ids, device=model.device))


def chosen(
    windows: pd.DataFrame, number: int, each: int, bos_id: int | None
) -> Iterator[Prediction]:
    """The first `each` positions of the first `number` windows (columns as in `measure`)."""
    names = ("window", "token_ids", "positions")
    for window, ids, positions in zip(*(windows[n].head(number) for n in names), strict=True):
        for position in list(positions)[:each]:
            yield Prediction(int(window), int(position), np.asarray(ids), bos_id)


def at_end(
    windows: pd.DataFrame, number: int, length: int, bos_id: int | None
) -> Iterator[Prediction]:
    """The predictions after the first `length` tokens of each of the first `number` windows."""
    names = ("window", "token_ids")
    for window, ids in zip(*(windows[n].head(number) for n in names), strict=True):
        yield Prediction(int(window), length - 1, np.asarray(ids), bos_id)
