"""A window read in pieces that end at its positions, so that rows after a position cost nothing.

A prediction at position i depends on rows 0..i alone, but a backward pass through one forward pass
of the whole window also carries the zeros of all later rows. Reading the window in segments, each
continuing the model's own key/value cache with its graph attached, leaves those rows out exactly.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from token_influence.influence.access import embed, forward, vocabulary
from token_influence.influence.backward import Way, one_by_one
from token_influence.influence.recomputation import Tape, recomputing

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


def read(
    model: PreTrainedModel, ids: Tensor, rows: Sequence[Tensor], tape: Tape | None = None
) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Read `ids` [B, S] in segments, each as far as the last of its `rows` (one [B, P] a segment).

    Yields of each segment the embeddings [B, S', d] that it read, then logits [B, P, V] and final
    hidden states [B, P, d] at its rows. Rows after the last are left out: in a causal model nothing
    depends on them. A `tape` forgets what was read before and is told where a segment begins.
    """
    # What the cache holds keeps its graph.
    cache = DynamicCache(config=model.config) if len(rows) > 1 else None
    if tape is not None:
        tape.clear()
    begin = 0
    for here in rows:
        stop = int(here.max()) + 1
        embeddings = embed(model, ids[:, begin:stop])
        if tape is not None:
            tape.begin_segment()
        yield embeddings, *forward(model, embeddings, here - begin, cache)
        begin = stop


def can_continue(model: PreTrainedModel, back: Way = one_by_one) -> bool:
    """Whether `model`, read in two pieces, gives by `back` the gradient that it gives when read at once.

    Tried on four tokens, since nothing public says so: recurrent models keep another state than a
    key/value cache, or none that carries gradients.
    """
    try:
        found = _trial(model, [1, 3], back)
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError, UserWarning):
        return False
    return _agree(model, found, _trial(model, [3]))


def can_recompute(model: PreTrainedModel, split: bool) -> bool:
    """Whether gradients that pass from layer to layer on a tape are the model's gradients.

    Tried on four tokens, read in two pieces where windows are `split`. A model whose layers reach
    each other by another way than their inputs, or that names none to compute again, won't do.
    """
    with recomputing(model) as tape:
        try:
            found = _trial(model, [1, 3] if split else [3], tape.gradients, tape)
        except (TypeError, ValueError, RuntimeError, IndexError):
            return False
        if not tape.depths:
            return False
    return _agree(model, found, _trial(model, [3]))


def _trial(
    model: PreTrainedModel, stops: list[int], back: Way = one_by_one, tape: Tape | None = None
) -> Tensor:
    """The gradient [1, 4, d] of a score of the last of four tokens, by all of them."""
    ids = torch.arange(4, device=model.device)[None] % vocabulary(model)
    rows = [torch.tensor([[stop]], device=model.device) for stop in stops]
    parts = list(read(model, ids, rows, tape))
    score, embeddings = parts[-1][1].norm(), [part[0] for part in parts]
    (found,) = back([(len(parts), score)], embeddings)
    return torch.cat(list(found), dim=1).float()


def _agree(model: PreTrainedModel, found: Tensor, expected: Tensor) -> bool:
    bound = max(1e-3, torch.finfo(model.dtype).eps ** 0.5)
    same_shape = found.shape == expected.shape
    return same_shape and bool((found - expected).norm() <= bound * expected.norm())
