"""One source changed at a time, with the unchanged tokens before it read once.

The rows before the changed token are the same in every reading, so they come from the model's key/value
cache (as in AttriBoT, arXiv 2411.15102): about half of the work of full readings, and exact.
"""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from token_influence.influence.access import untouched, vocabulary
from token_influence.influence.trials import once_per_model
from token_influence.response.ablation import (
    Change,
    Input,
    Reduced,
    check,
    embeddings_of,
    last_log_probabilities,
    read,
)

BATCH_SIZE = 16


def read_single_changes(
    model: PreTrainedModel,
    reading: Input,
    replacement: Tensor | None,
    reduce: Callable[[int, Tensor], Reduced],
    *,
    bos_id: int | None,
    cached: bool,
    batch_size: int = BATCH_SIZE,
) -> list[Reduced]:
    """`reduce(j, log-probabilities [V])` for each source j = 0..position, where j alone is replaced.

    reading: the text as it stands, without a change; replacement: see `ablation.Change`.
    cached: read only the rows from the batch of j on (`can_reuse_prefixes` says whether the model
        allows it); else every reading is a full one.
    batch_size: so many neighbouring sources share a prefix, and go through the model together.

    The log-probabilities are float32 on the CPU, in nats. The model is left as it was. Raises
    ResponseError for a reading that does not fit the model.
    """
    check(model, reading, bos_id)
    size = reading.position + 1
    changed = [
        Input(reading.token_ids, reading.position, Change(row, replacement))
        for row in np.eye(size, dtype=bool)
    ]
    if not cached:
        return read(model, changed, reduce, bos_id=bos_id, batch_size=batch_size)
    results: list[Reduced] = []
    with untouched(model), torch.inference_mode():
        plain = embeddings_of(model, reading, bos_id)
        cache, seen = DynamicCache(config=model.config), 0
        for first in range(0, size, batch_size):
            # The cache holds the rows before the batch: begin-of-text, if any, and tokens 0..first − 1.
            begin = first + len(plain) - size
            if begin > seen:
                _continue(model, plain[None, seen:begin], cache)
                seen = begin
            batch = changed[first : first + batch_size]
            rest = torch.stack([embeddings_of(model, one, bos_id)[begin:] for one in batch])
            copies = deepcopy(cache)
            copies.batch_repeat_interleave(len(batch))
            rows = _continue(model, rest, copies)
            results += [reduce(first + k, row) for k, row in enumerate(rows)]
    return results


def _continue(model: PreTrainedModel, embeddings: Tensor, cache: DynamicCache) -> Tensor:
    """Read `embeddings` [B, S, d] after the cache, and add them to it; log-probabilities [B, V]."""
    rows = torch.full((len(embeddings), 1), embeddings.shape[1] - 1, device=model.device)
    return last_log_probabilities(model, embeddings, rows, cache)


@once_per_model
def can_reuse_prefixes(model: PreTrainedModel) -> bool:
    """Whether `model` gives the same predictions with cached prefixes as with full readings.

    This is tried on four tokens, since no public property tells it: a recurrent model keeps another
    state than a key/value cache.
    """
    reading = Input((torch.arange(4) % vocabulary(model)).tolist(), 3)
    results = []
    for cached in (False, True):
        try:
            rows = read_single_changes(
                model, reading, None, _whole, bos_id=None, cached=cached, batch_size=2
            )
        except (TypeError, ValueError, RuntimeError, AttributeError, IndexError):
            return False
        results.append(torch.stack(rows).exp())
    bound = max(1e-4, torch.finfo(model.dtype).eps ** 0.5)
    return bool((results[0] - results[1]).abs().max() <= bound)


def _whole(_: int, row: Tensor) -> Tensor:
    return row
