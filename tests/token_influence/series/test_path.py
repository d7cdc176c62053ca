"""The integrand of integrated gradients."""

import numpy as np
import pytest
import torch
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Token
from token_influence.series.path import ALPHAS, integrand_norms

PREDICTION = Prediction("a text", (5, 9, 7, 30, 12), 4, Token(8))


def test_the_norms_are_those_of_plain_gradients():
    model = build("llama")
    inputs = model.get_input_embeddings()(torch.tensor([PREDICTION.token_ids])).detach()
    expected = []
    for alpha in ALPHAS:
        scaled = (alpha * inputs).requires_grad_()
        logit = model(inputs_embeds=scaled).logits[0, -1, 8]
        (gradient,) = torch.autograd.grad(logit, scaled)
        expected.append(float((inputs * gradient).norm()))
    assert integrand_norms(model, PREDICTION, bos_id=None) == pytest.approx(expected, rel=1e-4)
    assert np.ptp(expected) > 0


def test_at_the_text_it_is_input_times_gradient():
    model = build("llama")
    (scores,) = attribute(model, [PREDICTION], ["input_x_gradient"], bos_id=1)
    at_one = np.linalg.norm(scores["input_x_gradient"])
    assert integrand_norms(model, PREDICTION, bos_id=1)[-1] == pytest.approx(at_one, rel=1e-5)
