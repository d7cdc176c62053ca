"""How well a model and the baselines predict held-out text."""

from collections.abc import Callable, Sequence
from math import log

import numpy as np
import torch
from transformers import PreTrainedModel

Predictor = Callable[[np.ndarray, np.ndarray], np.ndarray]
BATCH = 16
"""Sequences in one forward pass."""


def bits_per_byte(loss: float, sequences: np.ndarray, byte_counts: Sequence[int]) -> float:
    """A loss in nats per token, as bits per byte of the predicted tokens of `sequences` [S, L]."""
    targets = sequences[:, 1:]
    return loss * targets.size / (log(2) * float(np.asarray(byte_counts)[targets].sum()))


@torch.no_grad()
def model_loss(model: PreTrainedModel, sequences: np.ndarray) -> float:
    """Mean loss in nats per token over all but the first token of each of `sequences` [S, L]."""
    total = 0.0
    for begin in range(0, len(sequences), BATCH):
        ids = torch.as_tensor(sequences[begin : begin + BATCH], dtype=torch.long)
        logits = model(input_ids=ids, use_cache=False).logits[:, :-1].double()
        nll = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="sum"
        )
        total += nll.item()
    return total / sequences[:, 1:].size


def baseline_loss(predictor: Predictor, sequences: np.ndarray) -> float:
    """Mean loss of a baseline in nats per token, over the same tokens as `model_loss`."""
    return float(-predictor(sequences[:, :-1].ravel(), sequences[:, 1:].ravel()).mean())
