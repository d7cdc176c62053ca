"""How far a prediction falls when some of its tokens are ablated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.predictions import Prediction, check
from token_influence.errors import AttributionError
from token_influence.influence.predictions import predicted_ids
from token_influence.response.ablation import BATCH_SIZE, Change, Input, read
from token_influence.response.replacements import mean_embedding, token_embeddings
from token_influence.seeds import stream

Replacement = Callable[[Prediction], Tensor | None]
"""What stands in for the ablated tokens of a prediction (`response.ablation.Change.replacement`)."""


def replacement(
    model: PreTrainedModel,
    kind: Literal["zeros", "mean", "corpus"],
    *,
    pool: Sequence[int] = (),
    seed: int = 0,
) -> Replacement:
    """The replacement of one kind: zeros, the vocabulary's mean embedding, or other tokens of a corpus.

    pool: the tokens of that corpus; for each position of a prediction one is drawn from it, by a stream
    of the prediction's key, so that all methods get the same ones. Raises AttributionError without any.
    """
    if kind == "zeros":
        return lambda prediction: None
    if kind == "mean":
        mean = mean_embedding(model)
        return lambda prediction: mean
    if not len(pool):
        raise AttributionError(
            "Replacing tokens by those of a corpus needs a corpus that has some."
        )

    def drawn(prediction: Prediction) -> Tensor:
        generator = stream(seed, "replacement tokens", prediction.key)
        return token_embeddings(model, generator.choice(pool, len(prediction.read)).tolist())

    return drawn


def drops(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    masks: Sequence[np.ndarray],
    conventions: Conventions,
    *,
    bos_id: int | None,
    replace: Replacement = lambda prediction: None,
    batch_size: int = BATCH_SIZE,
) -> list[np.ndarray]:
    """The drops (nats, float64 [M]) of each prediction under each of its masks.

    masks: bool [M, position + 1] for each prediction; True is ablated. Equal masks are read once.

    A drop is the log-probability (of what `conventions.drop_of` names) after the ablation minus that of
    the intact text, so a faithful choice makes it negative. Raises AttributionError for a prediction
    that does not fit the model, or whose target has tokens at several positions.
    """
    followed = follow(model, predictions, conventions, bos_id=bos_id, batch_size=batch_size)
    inputs: list[Input] = []
    owners: list[int] = []
    inverses = []
    for k, (prediction, rows) in enumerate(zip(predictions, masks, strict=True)):
        new, (unique, inverse) = replace(prediction), np.unique(rows, axis=0, return_inverse=True)
        inverses.append(inverse.reshape(-1) + len(inputs))
        inputs += [Input(prediction.read, prediction.position, Change(row, new)) for row in unique]
        owners += [k] * len(unique)
    values = read(
        model,
        inputs,
        lambda n, row: followed[owners[n]].drop(row),
        bos_id=bos_id,
        batch_size=batch_size,
    )
    return [np.array(values)[inverse] for inverse in inverses]


@dataclass(frozen=True)
class Followed:
    """What is followed through the ablations: Σ weight · log-probability of some tokens.

    For one target token this is its log-probability, for a contrast of two the difference of theirs.
    """

    ids: Tensor
    weights: Tensor
    intact: float = 0.0

    def drop(self, log_probabilities: Tensor) -> float:
        """The value in a changed prediction [V] minus that in the intact one, nats."""
        value = (log_probabilities[self.ids].double() * self.weights).sum()
        return float(value) - self.intact


def follow(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    conventions: Conventions,
    *,
    bos_id: int | None,
    batch_size: int = BATCH_SIZE,
) -> list[Followed]:
    """What `conventions.drop_of` names of each prediction (errors: see `drops`)."""
    check(predictions, model, bos_id)

    def one(k: int, row: Tensor) -> Followed:
        ids, weights = _tokens(predictions[k], int(predicted_ids(row)), conventions)
        return Followed(ids, weights, Followed(ids, weights).drop(row))

    inputs = [Input(prediction.read, prediction.position) for prediction in predictions]
    return read(model, inputs, one, bos_id=bos_id, batch_size=batch_size)


def _tokens(
    prediction: Prediction, predicted: int, conventions: Conventions
) -> tuple[Tensor, Tensor]:
    """The ids and weights of what is followed."""
    if conventions.drop_of == "predicted":
        return torch.tensor([predicted]), torch.ones(1, dtype=torch.float64)
    terms = prediction.terms(predicted)
    if any(term.position != prediction.position for term in terms):
        raise AttributionError(
            f"The target of {prediction.key} has tokens at several positions, but ablations are "
            "measured for targets at the predicting position alone."
        )
    weights = torch.tensor([term.weight for term in terms], dtype=torch.float64)
    return torch.tensor([term.id for term in terms]), weights
