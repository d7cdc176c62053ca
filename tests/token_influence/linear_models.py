"""Models whose logits are a linear or quadratic function of the inputs."""

from types import SimpleNamespace

import torch
from torch import Tensor, nn
from transformers import PretrainedConfig


class Polynomial(nn.Module):
    """Logits of a row: linear in the sum x of the inputs up to it, plus curvature · ‖x‖² / 2."""

    def __init__(self, curvature: float = 0.0, width: int = 6, vocabulary: int = 9):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.embedding = nn.Embedding(vocabulary, width)
            self.head = nn.Linear(width, vocabulary)
        self.curvature, self.config = curvature, PretrainedConfig()
        self.requires_grad_(False)

    def get_input_embeddings(self) -> nn.Module:
        return self.embedding

    def get_output_embeddings(self) -> nn.Module:
        return self.head

    @property
    def device(self) -> torch.device:
        return self.head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self.head.weight.dtype

    def forward(self, inputs_embeds: Tensor, logits_to_keep: Tensor, **_: object):
        sums = inputs_embeds.cumsum(dim=1)
        logits = self.head(sums) + self.curvature / 2 * sums.square().sum(-1, keepdim=True)
        rows = logits_to_keep[..., None].expand(-1, -1, logits.shape[-1])
        return SimpleNamespace(logits=logits.gather(1, rows))
