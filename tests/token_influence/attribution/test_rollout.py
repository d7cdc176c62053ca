"""Attention rollout against the product of the matrices in full."""

import numpy as np
import pytest
import torch
from explained import predictions, read_embeddings
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.errors import ModelError


@pytest.mark.parametrize("name", ["llama", "gpt2", "gemma3"])
def test_rollout_is_a_row_of_the_product_of_all_layers(name: str):
    model, (prediction,) = build(name), predictions()
    x = read_embeddings(model, prediction)
    product = torch.eye(10)
    for attention in model(inputs_embeds=x, output_attentions=True).attentions:
        product = (attention[0].mean(0) + torch.eye(10)) / 2 @ product
    (scores,) = attribute(model, [prediction], ["attention_rollout"], bos_id=None)
    np.testing.assert_allclose(scores["attention_rollout"], product[-1].detach(), rtol=1e-5)


def test_the_share_of_begin_of_text_is_left_out():
    (without,), (with_bos,) = (
        attribute(build("llama"), predictions(), ["attention_rollout"], bos_id=bos)
        for bos in (None, 1)
    )
    assert without["attention_rollout"].sum() == pytest.approx(1, abs=1e-5)
    assert len(with_bos["attention_rollout"]) == 10
    assert with_bos["attention_rollout"].sum() < 0.99


@pytest.mark.parametrize("model", [build("llama", attention="sdpa"), build("mamba"), build("rwkv")])
def test_a_model_without_attention_weights_is_refused(model):
    with pytest.raises(ModelError, match="gives no attention weights, which attention_rollout"):
        attribute(model, predictions(), ["attention_rollout"], bos_id=None)
