"""Changed readings against plain forward passes, one at a time."""

import numpy as np
import pytest
import torch
from tiny_models import ARCHITECTURES, VOCABULARY, build
from transformers import PreTrainedModel

from token_influence.errors import ResponseError
from token_influence.response.ablation import Change, Input, log_probabilities, read

IDS = np.random.default_rng(0).integers(3, VOCABULARY, 20).tolist()


def plainly(
    model: PreTrainedModel,
    ids: list[int],
    position: int,
    rows: list[int],
    new: torch.Tensor | float = 0.0,
    bos_id: int | None = None,
) -> torch.Tensor:
    """Log-probabilities [V] of one whole forward pass after the tokens in `rows` are replaced."""
    bos = [] if bos_id is None else [bos_id]
    with torch.no_grad():
        embeddings = model.get_input_embeddings()(torch.tensor([bos + list(ids)]))
        for row in rows:
            embeddings[0, row + len(bos)] = new if isinstance(new, float) else new[row]
        logits = model(inputs_embeds=embeddings, use_cache=False).logits
    return logits[0, position + len(bos)].log_softmax(dim=-1)


def mask(*rows: int, size: int = 20) -> np.ndarray:
    return np.isin(np.arange(size), rows)


@pytest.mark.parametrize("bos_id", [None, 1])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_changes_are_those_of_plain_forward_passes(name: str, bos_id: int | None) -> None:
    model = build(name)
    new = torch.randn(20, 16, generator=torch.Generator().manual_seed(0))
    changes = [Change(mask()), Change(mask(0, 3, 11)), Change(mask(3, 4), new), Change(mask(12))]
    found = log_probabilities(model, IDS, 11, changes, bos_id=bos_id, batch_size=3)
    expected = [
        plainly(model, IDS, 11, [], bos_id=bos_id),
        plainly(model, IDS, 11, [0, 3, 11], bos_id=bos_id),
        plainly(model, IDS, 11, [3, 4], new, bos_id=bos_id),
        plainly(model, IDS, 11, [], bos_id=bos_id),  # a token after the prediction
    ]
    torch.testing.assert_close(found, torch.stack(expected), atol=1e-5, rtol=0)
    assert found.dtype == torch.float32
    assert not torch.allclose(found[0], found[1], atol=1e-3)


@pytest.mark.parametrize("name", ["llama", "gemma3", "bloom", "mamba"])
def test_passages_of_other_lengths_in_the_batch_change_nothing(name: str) -> None:
    """They are padded on the right, where a causal model does not look."""
    model = build(name)
    readings = [
        Input(IDS, position, Change(mask(1, position // 2))) for position in (9, 10, 15, 12, 3)
    ]
    together = read(model, readings, lambda k, row: (k, row), bos_id=None, batch_size=16)
    assert [k for k, _ in together] == [0, 1, 2, 3, 4]
    for reading, (_, row) in zip(readings, together, strict=True):
        expected = plainly(model, IDS, reading.position, [1, reading.position // 2])
        torch.testing.assert_close(row, expected, atol=1e-5, rtol=0)


def test_one_row_replaces_every_position() -> None:
    model = build("llama")
    row = torch.full((1, 16), 0.3)
    found = log_probabilities(model, IDS, 11, [Change(mask(2, 7), row)], bos_id=None)
    expected = plainly(model, IDS, 11, [2, 7], row.expand(20, -1))
    torch.testing.assert_close(found[0], expected, atol=1e-5, rtol=0)


def test_the_models_embeddings_and_flags_stay() -> None:
    model = build("llama").train()
    model.lm_head.weight.requires_grad_(True)
    before = model.get_input_embeddings().weight.clone()
    log_probabilities(model, IDS, 11, [Change(mask(2))], bos_id=None)
    assert torch.equal(model.get_input_embeddings().weight, before)
    assert model.training
    assert model.lm_head.weight.requires_grad


@pytest.mark.parametrize(
    ("ids", "position", "size", "message"),
    [
        ([], 0, 0, "The passage has no tokens; at least one is needed."),
        ([5, 6], 2, 2, "The predicting position 2 is outside the passage: 0 to 1 are allowed."),
        ([5, -1], 1, 2, "Token id -1 is outside the vocabulary of 41."),
        ([5] * 33, 32, 33, "The passage has 33 tokens, but the model reads at most 32."),
        ([5, 6, 7], 1, 1, "A change names 1 positions, but the passage has 3 tokens and is read"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(ids, position, size, message) -> None:
    with pytest.raises(ResponseError) as error:
        log_probabilities(
            build("llama"), ids, position, [Change(np.ones(size, dtype=bool))], bos_id=None
        )
    assert str(error.value).startswith(message)
