"""Fisher spectra against the full matrix."""

import numpy as np
import torch
from explained import predictions
from tiny_models import build

from token_influence.attribution.predictions import Prediction
from token_influence.attribution.spectrum import spectra


def test_the_eigenvalues_are_those_of_the_full_matrix():
    model, texts = build("llama"), [*predictions(), Prediction("another", (3, 1, 4, 1, 5), 3)]
    found = spectra(model, texts, bos_id=None)
    head = model.get_output_embeddings().weight.detach().double()
    assert found["rank"].tolist() == [*range(1, head.shape[1] + 1)] * len(texts)
    for text in texts:
        ids = torch.tensor([text.token_ids[: text.position + 1]])
        p = model(ids).logits[0, -1].detach().double().softmax(-1)
        matrix = head.T @ (p.diag() - torch.outer(p, p)) @ head
        expected = torch.linalg.eigvalsh(matrix).flip(0).clamp(min=0)
        values = found.loc[found["key"] == text.key, "eigenvalue"]
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-9)


def test_the_model_is_left_as_it_was_also_inside_no_grad():
    model = build("llama")
    with torch.no_grad():
        spectra(model, predictions(), bos_id=None)
        assert not torch.is_grad_enabled()
    assert all(weight.grad is None for weight in model.parameters())
