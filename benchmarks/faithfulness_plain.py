"""AOPC as the paper and its code compute it: a pass for every method and ablation, one text at a time.

Written after arXiv 2601.16407 and a reading of its public code, and apart from the library, which the
tests and the benchmark compare with it. The logits are computed at all positions, as there.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

FRACTIONS = (0.05, 0.1, 0.2)
GRADIENTS = ("semantic", "temperature", "fisher", "input_x_gradient", "integrated_gradients")


@dataclass(frozen=True)
class Way:
    """What the paper and the code do differently."""

    arg_max: bool
    target_is_candidate: bool
    cross_entropy: bool
    steps: int
    extra_alpha: bool


PAPER = Way(False, False, False, steps=100, extra_alpha=False)
CODE = Way(True, True, True, steps=5, extra_alpha=True)


def outputs(model: PreTrainedModel, embeddings: Tensor) -> tuple[Tensor, Tensor]:
    """Final hidden states [T, d] and logits [T, V] of `embeddings` [T, d], at all positions."""
    hidden = model.base_model(inputs_embeds=embeddings[None], use_cache=False).last_hidden_state[0]
    return hidden, hidden @ model.get_output_embeddings().weight.T


def embed(model: PreTrainedModel, ids: list[int]) -> Tensor:
    """The input embeddings [T, d]."""
    return model.get_input_embeddings()(torch.tensor(ids, device=model.device)).detach()


def leading(model: PreTrainedModel, logits: Tensor) -> tuple[Tensor, float]:
    """The first eigenvector [d] and eigenvalue of the Fisher matrix of one prediction [V]."""
    weight, p = model.get_output_embeddings().weight, logits.softmax(dim=-1)
    mean = p @ weight
    fisher = weight.T @ (p[:, None] * weight) - torch.outer(mean, mean)
    left, values, _ = torch.linalg.svd(fisher)
    return left[:, 0], float(values[0])


def scores(
    model: PreTrainedModel, ids: list[int], method: str, way: Way
) -> tuple[np.ndarray, Tensor]:
    """The scores [T] of all tokens of a text whose last token is the target, and its logits [V]."""
    inputs, value = embed(model, ids), 1.0
    if method == "fisher":
        with torch.no_grad():
            vector, value = leading(model, outputs(model, inputs)[1][-2])

    def scalar(hidden: Tensor, logits: Tensor) -> Tensor:
        if method == "temperature":
            return hidden[-2].norm()
        if method == "fisher":
            return hidden[-2] @ vector
        if method != "semantic" and way.cross_entropy:
            target = torch.tensor(ids[-1:], device=logits.device)
            return torch.nn.functional.cross_entropy(logits[-2][None], target)
        return logits[-2, ids[-1]]

    def gradient(alpha: float) -> tuple[Tensor, Tensor]:
        x = inputs.clone().requires_grad_()
        hidden, logits = outputs(model, alpha * x)
        return torch.autograd.grad(scalar(hidden, logits), x)[0], logits[-2].detach()

    if method == "integrated_gradients":
        total = torch.zeros_like(inputs)
        for step in range(1, way.steps + 1):
            alpha = step / way.steps
            found, logits = gradient(alpha)
            total += found / (1 if way.extra_alpha else alpha)
        found = inputs * total / way.steps
    else:
        found, logits = gradient(1.0)
        if method == "input_x_gradient":
            found = inputs * found
    norms = found.norm(dim=-1)
    return (value * norms**2 if method == "fisher" else norms).cpu().numpy(), logits


def drops(
    model: PreTrainedModel,
    ids: list[int],
    method: str,
    way: Way,
    given: np.ndarray | None = None,
) -> list[float]:
    """The drop of log-probability at each of `FRACTIONS`, by `method`, or by `given` scores [T]."""
    if given is None:
        given, logits = scores(model, ids, method, way)
    else:
        with torch.no_grad():
            logits = outputs(model, embed(model, ids))[1][-2]
    intact = logits.log_softmax(dim=-1)
    followed = int(intact.argmax()) if way.arg_max else ids[-1]
    candidates = given if way.target_is_candidate else given[:-1]
    order = candidates.argsort(kind="stable")[::-1].copy()
    found = []
    for fraction in FRACTIONS:
        ablated = embed(model, ids)
        ablated[order[: max(1, int(len(ids) * fraction))]] = 0.0
        with torch.no_grad():
            after = outputs(model, ablated)[1][-2].log_softmax(dim=-1)
        found.append(float(after[followed] - intact[followed]))
    return found


def aopc(of_fractions: list[float]) -> float:
    """The trapezoidal rule over the three fractions."""
    return 0.025 * of_fractions[0] + 0.075 * of_fractions[1] + 0.05 * of_fractions[2]
