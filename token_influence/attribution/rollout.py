"""Attention rollout: attention weights followed through all layers (arXiv 2005.00928)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from token_influence.attribution.method import Method, register
from token_influence.attribution.reading import Reading
from token_influence.errors import ModelError


@register("attention_rollout")
@dataclass(frozen=True)
class AttentionRollout(Method):
    """The row of the predicting position in the product of (A_l + 1)/2 over the layers l.

    A_l is the mean over the heads of a layer's attention weights; the identity stands for the residual
    connection. It needs the eager attention kernel, and does not depend on the target.
    """

    def scores(self, reading: Reading) -> Tensor:
        """The shares [B, S]; where a begin-of-text token is read, its share is left out."""
        last = reading.rows[:, 0]
        row = torch.nn.functional.one_hot(last, reading.embeddings.shape[1]).float()
        for attention in reversed(_attentions(reading)):
            mean = attention.float().mean(dim=1)
            row = (torch.einsum("bi,bij->bj", row, mean) + row) / 2
        return row[:, reading.bos :]


@torch.no_grad()
def _attentions(reading: Reading) -> tuple[Tensor, ...]:
    """The attention weights [B, heads, S, S] of each layer, lowest first; ModelError without them."""
    outputs = reading.model(
        inputs_embeds=reading.embeddings,
        logits_to_keep=reading.rows,
        use_cache=False,
        output_attentions=True,
    )
    found = tuple(getattr(outputs, "attentions", None) or ())
    if not found or any(one is None or one.ndim != 4 for one in found):
        raise ModelError(
            f"{type(reading.model).__name__} gives no attention weights, which attention_rollout "
            "needs: load it with eager attention, or leave the method out."
        )
    return found
