"""One prediction read again and again after changes of its inputs, the rows before them read once."""

from copy import deepcopy

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from token_influence.influence.access import forward
from token_influence.response.exact import arithmetic

BATCH_SIZE = 32


class Continuing:
    """The logits of the last row of `embeddings` [S, d], after changes from some row on.

    Rows before the first changed one come from the model's key/value cache where `cached`
    (`single.can_reuse_prefixes` says whether the model allows it); the cache grows from one call to the
    next, so rows must not go back. Else every reading is a full one. The model should be inside
    `access.untouched`.
    """

    def __init__(self, model: PreTrainedModel, embeddings: Tensor, *, cached: bool):
        self.model = model
        self.embeddings = embeddings.to(model.device, model.dtype)
        self._cache = DynamicCache(config=model.config) if cached else None
        self._seen = 0

    @torch.no_grad()
    def logits(self, first: int, changed: Tensor) -> Tensor:
        """Logits float64 [B, V] on the CPU, where `changed` [B, k, d] stand from row `first` on."""
        rows = self.embeddings[first + changed.shape[1] :]
        rest = torch.cat([changed.to(rows), rows.expand(len(changed), *rows.shape)], dim=1)
        read = []
        for batch in rest.split(BATCH_SIZE):
            cache = self._copies(first, len(batch))
            if cache is None:
                before = self.embeddings[:first].expand(len(batch), first, -1)
                batch = torch.cat([before, batch], dim=1)
            read.append(self._read(batch, cache).cpu().double())
        return torch.cat(read)

    def differentiable(self, first: int) -> tuple[Tensor, Tensor]:
        """The rows [S − first, d] from `first` on, which require gradients, and the logits [V] of them.

        A score of the prediction depends on these inputs only through the rows after them, so no graph
        of the rows before is needed.
        """
        rest = self.embeddings[None, first:].clone().requires_grad_()
        cache = self._copies(first, 1)
        before = self.embeddings[None, : first if cache is None else 0]
        inputs = torch.cat([before, rest], dim=1)
        return rest, self._read(inputs, cache)[0]

    def _copies(self, first: int, number: int) -> DynamicCache | None:
        """The cache of the rows before `first`, for so many readings that each add to it."""
        if self._cache is None:
            return None
        if first < self._seen:
            raise ValueError(f"row {first} is asked for after {self._seen} rows were cached")
        if first > self._seen:
            rows = self.embeddings[None, self._seen : first]
            with torch.no_grad():
                self._read(rows, self._cache)
            self._seen = first
        copies = deepcopy(self._cache)
        if first and number > 1:
            copies.batch_repeat_interleave(number)
        return copies

    def _read(self, embeddings: Tensor, cache: DynamicCache | None) -> Tensor:
        """Logits [B, V] after `embeddings` [B, S, d], which are added to the cache, if any."""
        number, length = embeddings.shape[:2]
        last = torch.full((number, 1), length - 1, device=self.model.device)
        with arithmetic(self.model):
            logits, _ = forward(self.model, embeddings, last, cache)
        return logits[:, 0]
