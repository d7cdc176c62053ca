"""What a model predicts after the text of a series and a few more tokens, the text being read once."""

from collections.abc import Sequence
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from token_influence.influence.access import forward, untouched
from token_influence.response.single import can_reuse_prefixes

BATCH_SIZE = 8


class Continuations:
    """Probabilities of tokens after a text; with `__call__` as `spelling.next_values` asks for them.

    token_ids: of the text. chosen: the ids whose probabilities are wanted. sharpness: factors c of the
    logits, each of which gives one variant; where logits are a multiple of the final hidden state y,
    that is y scaled by c.

    `norm` is ‖y‖₂ at the end of the text; NaN where the model does not show y.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        token_ids: Sequence[int],
        *,
        bos_id: int | None,
        chosen: Sequence[int],
        sharpness: Sequence[float] = (1.0,),
    ):
        self.model, self.chosen, self.sharpness = model, list(chosen), sharpness
        self.text = [*([] if bos_id is None else [bos_id]), *token_ids]
        self.cache = None
        if can_reuse_prefixes(model):
            self.cache = DynamicCache(config=model.config)
        self.first, hidden = self._forward([self.text], self.cache)
        self.norm = float("nan") if hidden is None else float(hidden[0, 0].float().norm())

    def __call__(self, paths: Sequence[tuple[int, ...]]) -> np.ndarray:
        """The probabilities [paths, chosen, sharpness], float64, after each path of equal length."""
        if not paths[0]:
            return np.repeat(self.first, len(paths), axis=0)
        rows = []
        for begin in range(0, len(paths), BATCH_SIZE):
            batch = [list(path) for path in paths[begin : begin + BATCH_SIZE]]
            cache = deepcopy(self.cache)
            if cache is None:
                batch = [self.text + path for path in batch]
            else:
                cache.batch_repeat_interleave(len(batch))
            rows.append(self._forward(batch, cache)[0])
        return np.concatenate(rows)

    def _forward(
        self, ids: list[list[int]], cache: DynamicCache | None
    ) -> tuple[np.ndarray, Tensor | None]:
        """Probabilities [B, chosen, sharpness] after `ids`, which are added to the cache, and y."""
        with untouched(self.model), torch.inference_mode():
            tokens = torch.tensor(ids, device=self.model.device)
            last = torch.full((len(ids), 1), tokens.shape[1] - 1, device=self.model.device)
            embeddings = self.model.get_input_embeddings()(tokens)
            logits, hidden = forward(self.model, embeddings, last, cache)
            variants = [
                (factor * logits[:, 0].double()).softmax(dim=-1)[:, self.chosen]
                for factor in self.sharpness
            ]
            return torch.stack(variants, dim=-1).cpu().numpy(), hidden
