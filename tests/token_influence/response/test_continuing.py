"""Shared prefixes against whole passes."""

import pytest
import torch
from tiny_models import VOCABULARY, build

from token_influence.response.continuing import Continuing
from token_influence.response.predictions import Prediction

IDS = torch.randint(3, VOCABULARY, (14,), generator=torch.Generator().manual_seed(3)).numpy()


@pytest.mark.parametrize("name", ["llama", "gpt-neox", "gemma3"])
def test_shared_prefixes_equal_whole_passes(name: str) -> None:
    model = build(name)
    prediction = Prediction(0, 11, IDS, bos_id=1)
    embeddings = prediction.embeddings(model)
    reader = Continuing(model, embeddings, cached=True)
    for first in (0, 2, 9, 11):
        changed = torch.randn(3, 2, 16, generator=torch.Generator().manual_seed(first))
        for k, row in enumerate(reader.logits(first, changed)):
            whole = embeddings.clone()
            whole[first : first + 2] = changed[k]
            expected = model(inputs_embeds=whole[None], use_cache=False).logits[0, -1]
            torch.testing.assert_close(row.float(), expected, atol=1e-5, rtol=0)
    uncached = Continuing(model, embeddings, cached=False).logits(11, changed)
    torch.testing.assert_close(uncached, reader.logits(11, changed), atol=1e-5, rtol=0)


def test_rows_do_not_go_back() -> None:
    model = build("llama")
    reader = Continuing(model, Prediction(0, 11, IDS).embeddings(model), cached=True)
    reader.logits(6, torch.zeros(1, 1, 16))
    with pytest.raises(ValueError, match="row 3 is asked for after 6 rows were cached"):
        reader.logits(3, torch.zeros(1, 1, 16))


def test_a_model_without_prefixes_is_read_whole() -> None:
    model = build("mamba")
    embeddings = Prediction(0, 11, IDS).embeddings(model)
    changed = torch.randn(2, 1, 16, generator=torch.Generator().manual_seed(0))
    found = Continuing(model, embeddings, cached=False).logits(5, changed)
    embeddings[5] = changed[1, 0]
    expected = model(inputs_embeds=embeddings[None], use_cache=False).logits[0, -1]
    torch.testing.assert_close(found[1].float(), expected, atol=1e-5, rtol=0)
