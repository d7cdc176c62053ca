"""A window read in pieces that end at its positions, so that rows after a position cost nothing.

A prediction at position i depends on rows 0..i alone, but a backward pass through one forward pass
of the whole window also carries the zeros of all later rows. Reading the window in segments, each
continuing the model's own key/value cache with its graph attached, leaves those rows out exactly.
"""

import torch
from transformers import DynamicCache, PreTrainedModel

from token_influence.access import embed, forward, vocabulary

# Shorter pieces save less than their smaller matrix products lose (measured: docs/engine.md).
SHORTEST_SEGMENT = 64


def segment_ends(positions: list[list[int]]) -> list[int]:
    """How many of the ascending `positions` [B, P] lie before the end of each segment.

    The k-th positions of a batch share a segment, so a segment can end only between the last of its
    k-th positions and the first of the next ones.
    """
    columns = list(zip(*positions, strict=True))
    ends, last = [], -1
    for k, column in enumerate(columns[:-1], start=1):
        room = max(column) - last >= SHORTEST_SEGMENT
        rest = max(columns[-1]) - max(column) >= SHORTEST_SEGMENT
        if max(column) < min(columns[k]) and room and rest:
            ends.append(k)
            last = max(column)
    return [*ends, len(columns)]


def new_cache(model: PreTrainedModel) -> DynamicCache:
    """An empty key/value cache; what it holds keeps its graph."""
    return DynamicCache(config=model.config)


def can_continue(model: PreTrainedModel) -> bool:
    """Whether `model`, read in two pieces, gives the gradient that it gives when read at once.

    Tried on four tokens, since nothing public says so: recurrent models keep another state than a
    key/value cache, or none that carries gradients.
    """
    ids = torch.arange(4, device=model.device)[None] % vocabulary(model)
    last = torch.tensor([[1]], device=model.device)
    whole = embed(model, ids)
    first, second = (embed(model, part) for part in ids.split(2, dim=1))
    cache = new_cache(model)
    try:
        forward(model, first, last, cache)
        pieces = torch.autograd.grad(forward(model, second, last, cache)[0].norm(), [first, second])
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError):
        return False
    (expected,) = torch.autograd.grad(forward(model, whole, last + 2)[0].norm(), whole)
    error = torch.linalg.vector_norm((torch.cat(pieces, dim=1) - expected).float())
    bound = max(1e-3, torch.finfo(model.dtype).eps ** 0.5)
    return bool(error <= bound * torch.linalg.vector_norm(expected.float()))
