"""The scores of one prediction by one method, in one call."""

from collections.abc import Sequence

import numpy as np
from transformers import PreTrainedModel

from token_influence.attribution import attribute as several
from token_influence.attribution.method import Method
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Target, Token, TrueToken


def attribute(
    model: PreTrainedModel,
    token_ids: Sequence[int],
    position: int,
    target: int | Target | None = None,
    *,
    method: str | Method = "semantic",
    bos_id: int | None = None,
    seed: int = 0,
) -> np.ndarray:
    """One score (float32 [position + 1]) for each source token of one prediction; larger matters more.

    token_ids: the text, without begin-of-text. position: the predicting position, 0-based; the sources
        are 0..position.
    target: what is explained: a token id, or a target of `attribution.targets` such as
        `Contrast(a, b)`; by default the token that follows in the text.
    method: a label such as `semantic` or `fisher-rank=4`, or a configured method
        (docs/faithfulness.md).
    bos_id: a begin-of-text token that is read first, if any; it is no source.
    seed: of the random streams of methods that draw.

    `attribution.attribute` takes many predictions and methods at once, which share their passes; it
    raises the same errors, with the name `token_ids` for the text.

    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> config = LlamaConfig(
    ...     vocab_size=8, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> model = LlamaForCausalLM(config)
    >>> attribute(model, [1, 2, 3, 4], position=2).shape
    (3,)
    >>> attribute(model, [1, 2, 3], 2, target=5, method="distance-p=1.0").round(2)
    array([0.33, 0.5 , 1.  ], dtype=float32)
    """
    if isinstance(target, int | np.integer):
        target = Token(int(target))
    ids = tuple(int(token) for token in token_ids)
    prediction = Prediction("token_ids", ids, position, target or TrueToken())
    found = several.attribute(model, [prediction], [method], bos_id=bos_id, seed=seed)
    (scores,) = found[0].values()
    return scores
