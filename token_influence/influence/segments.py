"""Windows read in segments that end at positions, so that rows after a position cost nothing.

A prediction at position i depends on rows 0..i alone, but a backward pass through one forward pass of
the whole window also computes the zero gradients of all later rows. So the window is read in segments.
Each continues the model's own key/value cache, which keeps its graph, so the gradients are the same.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from token_influence.influence.access import embed, forward, vocabulary
from token_influence.influence.backward import GradientMethod, one_by_one
from token_influence.influence.recomputation import Tape, recomputing
from token_influence.influence.trials import once_per_model

# Shorter segments save less than their smaller matrix products lose (measured: docs/performance.md).
SHORTEST_SEGMENT = 64


def segment_ends(positions: list[list[int]]) -> list[int]:
    """For each segment, how many of the ascending `positions` [B, P] lie before its end.

    The k-th positions of all windows of a batch are in one segment, so a segment can end after them only
    where every k-th position comes before every (k+1)-th position.
    """
    columns = list(zip(*positions, strict=True))
    ends, last = [], -1
    for k, column in enumerate(columns[:-1], start=1):
        long_enough = max(column) - last >= SHORTEST_SEGMENT
        rest_long_enough = max(columns[-1]) - max(column) >= SHORTEST_SEGMENT
        if max(column) < min(columns[k]) and long_enough and rest_long_enough:
            ends.append(k)
            last = max(column)
    return [*ends, len(columns)]


def read(
    model: PreTrainedModel, ids: Tensor, rows: Sequence[Tensor], tape: Tape | None = None
) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Read `ids` [B, S] in segments, each up to the last of its `rows` (for each segment [B, P]).

    Yields for each segment its embeddings [B, S', d], and the logits [B, P, V] and final hidden states
    [B, P, d] at its rows. Rows after the last one are not read: in a causal model nothing depends on
    them. A `tape` is cleared first, and hears where each segment begins.
    """
    # The tensors in the cache keep their graph.
    cache = DynamicCache(config=model.config) if len(rows) > 1 else None
    if tape is not None:
        tape.clear()
    begin = 0
    for segment_rows in rows:
        stop = int(segment_rows.max()) + 1
        embeddings = embed(model, ids[:, begin:stop])
        if tape is not None:
            tape.begin_segment()
        yield embeddings, *forward(model, embeddings, segment_rows - begin, cache)
        begin = stop


@once_per_model
def can_continue(model: PreTrainedModel, method: GradientMethod = one_by_one) -> bool:
    """Whether `model` read in two segments gives, by `method`, the gradient of one reading.

    This is tried on four tokens, since no public property tells it: recurrent models keep another state
    than a key/value cache, or one that carries no gradients.
    """
    try:
        gradient = _trial_gradient(model, [1, 3], method)
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError, UserWarning):
        return False
    return _agree(model, gradient, _trial_gradient(model, [3]))


@once_per_model
def can_recompute(model: PreTrainedModel, split: bool) -> bool:
    """Whether the gradients that a tape passes from layer to layer are the model's gradients.

    This is tried on four tokens, in two segments where windows are `split`. It is not so for a model
    whose layers reach each other by more than their inputs, or that has no layers to recompute.
    """
    with recomputing(model) as tape:
        try:
            gradient = _trial_gradient(model, [1, 3] if split else [3], tape.gradients, tape)
        except (TypeError, ValueError, RuntimeError, IndexError):
            return False
        if not tape.depths:
            return False
    return _agree(model, gradient, _trial_gradient(model, [3]))


def _trial_gradient(
    model: PreTrainedModel,
    last_rows: list[int],
    method: GradientMethod = one_by_one,
    tape: Tape | None = None,
) -> Tensor:
    """The gradient [1, 4, d] of a score at the last of four tokens, by the embeddings of all of them.

    last_rows: the last row of each segment.
    """
    ids = torch.arange(4, device=model.device)[None] % vocabulary(model)
    rows = [torch.tensor([[row]], device=model.device) for row in last_rows]
    segments = list(read(model, ids, rows, tape))
    embeddings = [segment_embeddings for segment_embeddings, _, _ in segments]
    score = segments[-1][1].norm()
    (gradient,) = method([(len(segments), score)], embeddings)
    return torch.cat(list(gradient), dim=1).float()


def _agree(model: PreTrainedModel, gradient: Tensor, expected: Tensor) -> bool:
    """Whether two gradients are equal up to the rounding of the model's arithmetic."""
    bound = max(1e-3, torch.finfo(model.dtype).eps ** 0.5)
    same_shape = gradient.shape == expected.shape
    return same_shape and bool((gradient - expected).norm() <= bound * expected.norm())
