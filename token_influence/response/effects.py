"""What a change of the inputs does to a prediction: to the true token, and to the whole distribution."""

import torch
from torch import Tensor


def log_probability_changes(plain: Tensor, changed: Tensor, target: int) -> Tensor:
    """log q − log p of the token `target` [B], in nats: p and q of logits [V] and [B, V], float64."""
    before = plain.log_softmax(dim=-1)[target]
    return changed.log_softmax(dim=-1)[:, target] - before


def divergences(plain: Tensor, changed: Tensor) -> Tensor:
    """KL(p ‖ q) [B] in nats of the predictions p and q of logits [V] and [B, V], float64.

    It is computed from the differences of the logits, δ: KL = log Σ p exp(δ − Σ p δ). So a rounding
    error of the logits enters squared, and small divergences are not lost in it.
    """
    p = plain.softmax(dim=-1)
    shift = changed - plain
    centred = shift - (shift @ p)[:, None]
    return torch.log1p((torch.expm1(centred) - centred) @ p)
