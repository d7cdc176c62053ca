"""What stands in for an ablated token instead of zeros."""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.influence.access import vocabulary

_CHUNK = 4096


@torch.no_grad()
def mean_embedding(model: PreTrainedModel) -> Tensor:
    """The mean [1, d] of the input embeddings of all tokens of the vocabulary."""
    ids = torch.arange(vocabulary(model), device=model.device)
    table = model.get_input_embeddings()
    total = sum(table(chunk).cpu().double().sum(dim=0) for chunk in ids.split(_CHUNK))
    return (total / len(ids)).to(model.device, model.dtype)[None]


@torch.no_grad()
def token_embeddings(model: PreTrainedModel, token_ids: Sequence[int]) -> Tensor:
    """The input embeddings [S, d] of other tokens."""
    return model.get_input_embeddings()(torch.tensor(list(token_ids), device=model.device))
