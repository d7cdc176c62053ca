"""Predictions of a model after some of its input embeddings are replaced, many at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import Cache, PreTrainedModel

from token_influence.errors import ResponseError
from token_influence.influence.access import forward, untouched, vocabulary
from token_influence.models.configuration import context_length
from token_influence.response.batches import similar

BATCH_SIZE = 16

Reduced = TypeVar("Reduced")


@dataclass(frozen=True)
class Change:
    """Which input embeddings are replaced, and by what.

    positions: bool, one per token; entries after the predicting position change nothing and may be left
        out.
    replacement: embeddings [S, d] as `model.get_input_embeddings()` returns them, of which the rows at
        `positions` are used, or one row [1, d] for all of them; zeros where it is None.
    """

    positions: np.ndarray
    replacement: Tensor | None = None


@dataclass(frozen=True)
class Input:
    """One input of the model: it predicts at `position` of `token_ids`, after `change`.

    token_ids: the text, without begin-of-text; tokens after `position` are not read.
    position: 0-based; change: None for the text as it stands.
    """

    token_ids: Sequence[int]
    position: int
    change: Change | None = None


def log_probabilities(
    model: PreTrainedModel,
    token_ids: Sequence[int],
    position: int,
    changes: Sequence[Change | None],
    *,
    bos_id: int | None,
    batch_size: int = BATCH_SIZE,
) -> Tensor:
    """Log-probabilities (nats) [len(changes), V], float32 on the CPU, at `position` after each change.

    Arguments and errors: see `read`.
    """
    readings = [Input(token_ids, position, change) for change in changes]
    rows = read(model, readings, lambda _, row: row, bos_id=bos_id, batch_size=batch_size)
    return torch.stack(rows)


def read(
    model: PreTrainedModel,
    readings: Sequence[Input],
    reduce: Callable[[int, Tensor], Reduced],
    *,
    bos_id: int | None,
    batch_size: int = BATCH_SIZE,
) -> list[Reduced]:
    """`reduce(k, log-probabilities [V])` of the k-th reading, for all readings.

    bos_id: a begin-of-text token before every text, which no change touches; None for none.
    batch_size: so many readings of similar length go together, padded on the right, where a causal model
        does not see it. The number changes results by rounding alone.

    The log-probabilities are float32 on the CPU, in nats. The model is left as it was. Raises
    ResponseError for a reading that does not fit the model, before anything is computed.
    """
    for reading in readings:
        check(model, reading, bos_id)
    results: dict[int, Reduced] = {}
    with untouched(model), torch.inference_mode():
        for batch in similar([reading.position + 1 for reading in readings], batch_size):
            rows = _read_batch(model, [readings[k] for k in batch], bos_id)
            results |= {k: reduce(k, row) for k, row in zip(batch, rows, strict=True)}
    return [results[k] for k in range(len(readings))]


def embeddings_of(model: PreTrainedModel, reading: Input, bos_id: int | None) -> Tensor:
    """The input embeddings [S, d] of a reading: begin-of-text if any, then tokens 0..position."""
    bos = [] if bos_id is None else [bos_id]
    ids = torch.tensor([*bos, *reading.token_ids[: reading.position + 1]], device=model.device)
    embeddings = model.get_input_embeddings()(ids)
    if reading.change is not None:
        rows = np.flatnonzero(reading.change.positions[: reading.position + 1])
        replacement = reading.change.replacement
        if replacement is None:
            new = torch.zeros_like(embeddings[: len(rows)])
        else:
            new = replacement if len(replacement) == 1 else replacement[rows]
        index = torch.as_tensor(rows + len(bos), device=model.device)
        embeddings[index] = new.to(embeddings)
    return embeddings


def check(model: PreTrainedModel, reading: Input, bos_id: int | None) -> None:
    """Raise ResponseError unless `reading` fits itself and the model."""
    tokens, position, change = reading.token_ids, reading.position, reading.change
    if not len(tokens):
        raise ResponseError("The passage has no tokens; at least one is needed.")
    if not 0 <= position < len(tokens):
        raise ResponseError(
            f"The predicting position {position} is outside the passage: 0 to {len(tokens) - 1} are "
            "allowed."
        )
    size, context = vocabulary(model), context_length(model.config)
    if outside := [i for i in _with(bos_id, tokens) if not 0 <= i < size]:
        raise ResponseError(f"Token id {outside[0]} is outside the vocabulary of {size}.")
    length = position + 1 + (bos_id is not None)
    if context is not None and length > context:
        raise ResponseError(
            f"The passage has {length} tokens, but the model reads at most {context}."
        )
    if change is not None and not position < len(change.positions) <= len(tokens):
        raise ResponseError(
            f"A change names {len(change.positions)} positions, but the passage has {len(tokens)} "
            f"tokens and is read up to position {position}."
        )


def _with(bos_id: int | None, tokens: Sequence[int]) -> Iterable[int]:
    return tokens if bos_id is None else [bos_id, *tokens]


def _read_batch(model: PreTrainedModel, readings: list[Input], bos_id: int | None) -> Tensor:
    """Log-probabilities [B, V] of the readings, float32 on the CPU."""
    embeddings = [embeddings_of(model, reading, bos_id) for reading in readings]
    rows = torch.tensor([[len(one) - 1] for one in embeddings], device=model.device)
    return last_log_probabilities(model, pad_sequence(embeddings, batch_first=True), rows)


def last_log_probabilities(
    model: PreTrainedModel, embeddings: Tensor, rows: Tensor, cache: Cache | None = None
) -> Tensor:
    """Log-probabilities [B, V] at `rows` [B, 1], float32 on the CPU (arguments: `access.forward`)."""
    logits, _ = forward(model, embeddings, rows, cache)
    return logits[:, 0].float().log_softmax(dim=-1).cpu()
