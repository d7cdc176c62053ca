"""A batch of predictions as a model reads it: passes and gradients that the methods share."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedModel

from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Term
from token_influence.errors import ModelError
from token_influence.influence.access import embed, forward
from token_influence.influence.predictions import predicted_ids

SCALARS = ("logit", "log_probability", "temperature")
T = TypeVar("T")


class Reading:
    """The texts of B predictions, each up to its predicting position and padded on the right to S.

    A causal model does not see the padding. A begin-of-text token is read first if there is one; it is
    no source, so inputs and gradients [B, S, d] have no row for it, and it stays as it is where a method
    changes the inputs. Outputs and gradients are computed when a method first asks for them, and kept.

    seed: of the methods' random streams.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        predictions: Sequence[Prediction],
        bos_id: int | None,
        seed: int,
    ):
        self.model, self.predictions, self.bos_id, self.seed = model, predictions, bos_id, seed
        self.bos = int(bos_id is not None)
        prefix = [] if bos_id is None else [bos_id]
        ids = pad_sequence(
            [torch.tensor([*prefix, *prediction.read]) for prediction in predictions],
            batch_first=True,
        )
        self.embeddings = embed(model, ids.to(model.device))
        self._positions = [_positions(prediction) for prediction in predictions]
        self._gradients: dict[tuple[str, float], Tensor] = {}
        self._shared: dict[Callable, Any] = {}

    @property
    def inputs(self) -> Tensor:
        """The input embeddings [B, S, d] of the sources, without their graph."""
        return self.embeddings.detach()[:, self.bos :]

    @cached_property
    def rows(self) -> Tensor:
        """The rows [B, P] to compute logits at: the predicting position first, then the target's."""
        rows = [torch.tensor(positions) for positions in self._positions]
        # Any row will do as padding.
        return pad_sequence(rows, batch_first=True).to(self.model.device) + self.bos

    @cached_property
    def outputs(self) -> tuple[Tensor, Tensor | None]:
        """The logits [B, P, V] and final hidden states [B, P, d] at `rows`, with their graph."""
        with torch.enable_grad():  # it may first be asked for where no gradients are needed
            return forward(self.model, self.embeddings, self.rows)

    @property
    def hidden(self) -> Tensor:
        """The final hidden states [B, P, d] of `outputs`; ModelError if the model does not show them."""
        return _existing(self.outputs[1])

    @cached_property
    def terms(self) -> list[list[Term]]:
        """The terms of each prediction's target."""
        predicted = predicted_ids(self.outputs[0][:, 0]).tolist()
        return [one.terms(token) for one, token in zip(self.predictions, predicted, strict=True)]

    @cached_property
    def _indices(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Batch index, row, token id and weight of every term of every target, each [terms]."""
        found = [
            (b, self._positions[b].index(term.position), term.id, term.weight)
            for b, terms in enumerate(self.terms)
            for term in terms
        ]
        b, row, token, weight = (torch.tensor(c) for c in zip(*found, strict=True))
        device = self.model.device
        return b.to(device), row.to(device), token.to(device), weight.to(device)

    def explained(self, of: str, logits: Tensor, hidden: Tensor | None) -> Tensor:
        """The scalar [B] called `of` (in `SCALARS`) of outputs at `rows`.

        `logit` and `log_probability` are those of the target, summed with the weights of its terms;
        `temperature` is the norm of the final hidden state at the predicting position.
        """
        if of == "temperature":
            return torch.linalg.vector_norm(_existing(hidden)[:, 0], dim=-1)
        b, row, token, weight = self._indices
        values = logits if of == "logit" else torch.log_softmax(logits, dim=-1)
        terms = values[b, row, token] * weight.to(values.dtype)
        return torch.zeros_like(values[:, 0, 0]).index_add(0, b, terms)

    def differentiate(self, scalars: Tensor) -> Tensor:
        """The gradient [B, S, d] of each prediction's scalar [B] of `outputs` by its own inputs."""
        # The predictions are independent, so the gradient of the sum holds that of each.
        (gradient,) = torch.autograd.grad(scalars.sum(), self.embeddings, retain_graph=True)
        return gradient[:, self.bos :]

    def gradient(self, of: str, scale: float = 1.0) -> Tensor:
        """The gradient [B, S, d] of the scalar `of` by the inputs, at `scale` times the inputs."""
        key = (of, scale)
        if key not in self._gradients:
            self._gradients[key] = (
                self.differentiate(self.explained(of, *self.outputs))
                if scale == 1.0
                else self.gradient_at(scale * self.inputs, of)
            )
        return self._gradients[key]

    def gradient_at(self, inputs: Tensor, of: str) -> Tensor:
        """The gradient [B, S, d] of the scalar `of` at other `inputs` [B, S, d]: a pass of its own."""
        inputs = inputs.detach().requires_grad_()
        scalars = self.explained(of, *self._run(inputs))
        return torch.autograd.grad(scalars.sum(), inputs)[0]

    @torch.no_grad()
    def explained_at(self, inputs: Tensor, of: str) -> Tensor:
        """The scalar [B] called `of` at other `inputs` [B, S, d]."""
        return self.explained(of, *self._run(inputs))

    def _run(self, inputs: Tensor) -> tuple[Tensor, Tensor | None]:
        """The outputs at other `inputs` [B, S, d], after the begin-of-text token if there is one."""
        begin = self.embeddings.detach()[:, : self.bos]
        return forward(self.model, torch.cat([begin, inputs], dim=1), self.rows)

    def shared(self, kind: Callable[["Reading"], T]) -> T:
        """What `kind` makes of this reading: made once, for all methods that ask for it."""
        if kind not in self._shared:
            self._shared[kind] = kind(self)
        return self._shared[kind]


def _positions(prediction: Prediction) -> list[int]:
    """The positions whose logits are needed, each once, the predicting position first."""
    own = [prediction.position, *(term.position for term in prediction.terms(predicted=0))]
    return list(dict.fromkeys(own))


def _existing(hidden: Tensor | None) -> Tensor:
    if hidden is None:
        raise ModelError("The model has no output head of its own, which this method needs.")
    return hidden
