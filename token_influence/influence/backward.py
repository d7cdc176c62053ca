"""The gradients of many scores of one graph: a backward pass for each, or one for several."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import torch
from torch import Tensor
from transformers import PreTrainedModel

# As many scores at most share a backward pass: each has its own gradients of the layer at work.
TOGETHER = 4

Scores = Sequence[tuple[int, Tensor]]  # (how many of the embeddings it depends on, the score)
Gradients = Iterator[Sequence[Tensor]]
Way = Callable[[Scores, Sequence[Tensor]], Gradients]


def ways(model: PreTrainedModel) -> list[Way]:
    """What to try on `model`, the best first.

    On a CPU, products of few rows are slow in 16 bits beside those of many; in float32 they hardly are.
    """
    small = model.device.type == "cpu" and model.dtype.itemsize < torch.float32.itemsize
    return [together, one_by_one] if small else [one_by_one]


def one_by_one(scores: Scores, embeddings: Sequence[Tensor]) -> Gradients:
    """The gradient of each score by the embeddings [B, S', d] of as many segments as it says."""
    return (
        torch.autograd.grad(score, embeddings[:count], retain_graph=True) for count, score in scores
    )


def together(scores: Scores, embeddings: Sequence[Tensor]) -> Gradients:
    """The same, up to `TOGETHER` neighbours with equally many segments at a time (`torch.vmap`).

    Products of more rows run at a higher rate. Raises RuntimeError or UserWarning where an operation
    of the model can't be batched, or only by a slow loop.
    """
    for count, group in groupby(scores, key=itemgetter(0)):
        alike = [score for _, score in group]
        for begin in range(0, len(alike), TOGETHER):
            stacked = torch.stack(alike[begin : begin + TOGETHER])
            unit = torch.eye(len(stacked), dtype=stacked.dtype, device=stacked.device)
            with warnings.catch_warnings():
                warnings.filterwarnings("error", message="There is a performance drop")
                found = torch.autograd.grad(
                    stacked,
                    embeddings[:count],
                    unit,
                    retain_graph=True,
                    is_grads_batched=True,
                )
            yield from zip(*found, strict=True)
