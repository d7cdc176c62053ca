"""What stands in for an ablated token."""

import torch
from tiny_models import VOCABULARY, build

from token_influence.response import replacements


def test_the_mean_is_that_of_what_the_model_reads(monkeypatch) -> None:
    """Gemma scales its embeddings, so the mean of the weights alone would be another vector."""
    monkeypatch.setattr(replacements, "_CHUNK", 10)
    model = build("gemma3")
    expected = model.get_input_embeddings()(torch.arange(VOCABULARY)).mean(dim=0, keepdim=True)
    found = replacements.mean_embedding(model)
    torch.testing.assert_close(found, expected)
    weights = model.get_input_embeddings().weight.mean(dim=0, keepdim=True)
    assert not torch.allclose(found, weights)


def test_other_tokens_are_embedded_as_the_model_does() -> None:
    model = build("gemma3")
    found = replacements.token_embeddings(model, [3, 4])
    assert torch.equal(found, model.get_input_embeddings()(torch.tensor([3, 4])))
