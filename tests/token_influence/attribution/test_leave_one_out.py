"""Leave-one-out against plain forward passes."""

import numpy as np
import pytest
import torch
from explained import predictions, read_embeddings
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.targets import Contrast, Tokens, TrueToken


@pytest.mark.parametrize("target", [TrueToken(), Contrast(4, 9), Tokens(((9, 4), (6, 8)))])
def test_scores_are_drops_of_the_log_probability(target):
    model, (prediction,) = build("llama"), predictions(target=target)
    terms = prediction.terms(predicted=0)

    def value(x: torch.Tensor) -> float:
        logs = model(inputs_embeds=x, use_cache=False).logits[0].log_softmax(-1)
        return sum(weight * float(logs[position, token]) for position, token, weight in terms)

    x = read_embeddings(model, prediction).detach()
    expected = []
    for j in range(10):
        changed = x.clone()
        changed[:, j] = 0
        expected.append(value(x) - value(changed))
    (scores,) = attribute(model, [prediction], ["leave_one_out"], bos_id=None)
    np.testing.assert_allclose(scores["leave_one_out"], expected, atol=1e-5)
