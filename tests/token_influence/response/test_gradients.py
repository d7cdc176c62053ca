"""The trace of the Fisher information, against the matrix."""

import numpy as np
import torch
from linear_models import Polynomial
from tiny_models import build

from token_influence.response.continuing import Continuing
from token_influence.response.gradients import fisher_traces, score_gradient
from token_influence.response.predictions import Prediction
from token_influence.seeds import stream

PREDICTION = Prediction(0, 6, np.array([3, 1, 4, 1, 5, 2, 6, 5, 3]))


def test_the_mean_of_many_probes_is_the_trace() -> None:
    model = Polynomial()
    embeddings = PREDICTION.embeddings(model)
    reader = Continuing(model, embeddings, cached=False)
    found = fisher_traces(reader, 2, 2000, stream(0, "probes"))
    p = reader.logits(6, embeddings[None, 6:])[0].softmax(-1)
    weight = model.head.weight.double()
    exact = torch.trace(weight.T @ (torch.diag(p) - torch.outer(p, p)) @ weight)
    assert found.shape == (5,)
    torch.testing.assert_close(found, exact.expand(5), rtol=0.1, atol=0)


def test_gradients_need_no_graph_of_the_prefix() -> None:
    model = build("llama")
    reader = Continuing(model, PREDICTION.embeddings(model), cached=True)
    whole = Continuing(model, PREDICTION.embeddings(model), cached=False)
    found, expected = score_gradient(reader, 3, 5), score_gradient(whole, 0, 5)
    torch.testing.assert_close(found, expected[3:], atol=1e-6, rtol=1e-4)
