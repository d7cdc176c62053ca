"""The gradients of many scores of one graph: one backward pass for each, or one for several."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import torch
from torch import Tensor
from transformers import PreTrainedModel

# At most so many scores share a backward pass, since each needs memory for its own gradients.
GRADIENTS_PER_PASS = 4

Scores = Sequence[tuple[int, Tensor]]
"""Scores (scalars), each with the number of segments whose embeddings it depends on."""
Gradients = Iterator[Sequence[Tensor]]
"""For each score, its gradients by the embeddings [B, S', d] of those segments."""
GradientMethod = Callable[[Scores, Sequence[Tensor]], Gradients]
"""Computes the gradients of scores by the embeddings of all segments."""


def methods(model: PreTrainedModel) -> list[GradientMethod]:
    """The methods to try on `model`, the fastest first.

    In 16 bits on a CPU, matrix products with few rows run at a much lower rate than those with many,
    so `batched` is faster there. In float32 the rates are nearly the same.
    """
    small = model.device.type == "cpu" and model.dtype.itemsize < torch.float32.itemsize
    return [batched, one_by_one] if small else [one_by_one]


def one_by_one(scores: Scores, embeddings: Sequence[Tensor]) -> Gradients:
    """One backward pass for each score."""
    return (
        torch.autograd.grad(score, embeddings[:count], retain_graph=True) for count, score in scores
    )


def batched(scores: Scores, embeddings: Sequence[Tensor]) -> Gradients:
    """One backward pass for up to `GRADIENTS_PER_PASS` neighbouring scores (`torch.vmap`).

    They must depend on equally many segments. Raises RuntimeError or UserWarning where an operation of
    the model cannot be batched, or only by a slow loop.
    """
    for count, group in groupby(scores, key=itemgetter(0)):
        alike = [score for _, score in group]
        for begin in range(0, len(alike), GRADIENTS_PER_PASS):
            stacked = torch.stack(alike[begin : begin + GRADIENTS_PER_PASS])
            unit = torch.eye(len(stacked), dtype=stacked.dtype, device=stacked.device)
            with warnings.catch_warnings():
                warnings.filterwarnings("error", message="There is a performance drop")
                gradients = torch.autograd.grad(
                    stacked,
                    embeddings[:count],
                    unit,
                    retain_graph=True,
                    is_grads_batched=True,
                )
            yield from zip(*gradients, strict=True)
