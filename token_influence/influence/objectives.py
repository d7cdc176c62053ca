"""The objectives: scalars of a prediction that are differentiated, as functions in one registry.

Definitions: docs/engine.md; `true_logit` and `predicted_logit` follow arXiv 2606.29139,
`temperature` and `fisher` follow arXiv 2601.16407 (Jacobian Scopes).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from token_influence.errors import InfluenceError, ModelError
from token_influence.influence.fisher import leading_eigenvectors


@dataclass(frozen=True)
class Outputs:
    """The model's outputs at the measured positions of a batch, with their graph.

    `logits` [B, P, V]; `hidden` [B, P, d], the input of the output head, after the last norm (None where
    the model has no such module); `true_ids` and `predicted_ids` [B, P], int64.
    """

    logits: Tensor
    hidden: Tensor | None
    true_ids: Tensor
    predicted_ids: Tensor


Scores = tuple[Tensor, dict[str, Tensor]]


@dataclass(frozen=True)
class Objective:
    """`function` returns the scores [B, P] to differentiate, and a tensor [B, P] for each record."""

    name: str
    function: Callable[[Outputs], Scores]
    records: tuple[str, ...] = ()


OBJECTIVES: dict[str, Objective] = {}


def register(name: str, records: Sequence[str] = ()) -> Callable:
    """Decorator: make a function the objective `name`.

    records: names of the tensors that it returns beside the scores; they become columns of the
    predictions.
    """

    def enter(function: Callable[[Outputs], Scores]) -> Callable[[Outputs], Scores]:
        OBJECTIVES[name] = Objective(name, function, tuple(records))
        return function

    return enter


def resolve(names: Sequence[str]) -> list[Objective]:
    """The objectives called `names`, each once, in the order of their names.

    Raises InfluenceError on an unknown name or an empty list.
    """
    unknown = [name for name in names if name not in OBJECTIVES]
    if unknown or not names:
        mistake = f"Unknown objective {unknown[0]!r}" if unknown else "No objective is named"
        raise InfluenceError(f"{mistake}; allowed: {', '.join(OBJECTIVES)}.")
    return [OBJECTIVES[name] for name in sorted(set(names))]


@register("true_logit")
def true_logit(outputs: Outputs) -> Scores:
    """The logit of the token that follows in the window."""
    return _pick(outputs.logits, outputs.true_ids), {}


@register("predicted_logit")
def predicted_logit(outputs: Outputs) -> Scores:
    """The logit of the arg-max token."""
    return _pick(outputs.logits, outputs.predicted_ids), {}


@register("temperature")
def temperature(outputs: Outputs) -> Scores:
    """The norm of the final hidden state: the effective inverse temperature of the softmax."""
    return torch.linalg.vector_norm(_hidden(outputs), dim=-1), {}


@register("fisher", records=("fisher_lambda1", "fisher_ratio"))
def fisher(outputs: Outputs) -> Scores:
    """The final hidden state along the leading eigenvector of its Fisher matrix, held constant.

    Records the largest eigenvalue λ₁ and the ratio λ₂/λ₁; where this is near 1, the eigenvector is
    ill-determined.
    """
    hidden = _hidden(outputs)
    vector, largest, second = leading_eigenvectors(outputs.logits, hidden)
    records = {"fisher_lambda1": largest, "fisher_ratio": second / largest}
    return (vector.to(hidden.dtype) * hidden).sum(dim=-1), records


def _pick(logits: Tensor, ids: Tensor) -> Tensor:
    return logits.gather(-1, ids[..., None])[..., 0]


def _hidden(outputs: Outputs) -> Tensor:
    if outputs.hidden is None:
        raise ModelError("The model has no output head of its own, which this objective needs.")
    return outputs.hidden
