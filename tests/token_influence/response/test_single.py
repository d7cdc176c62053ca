"""Cached prefixes give what full readings give."""

import pytest
import torch
from tiny_models import ARCHITECTURES, build
from transformers import PreTrainedModel

from token_influence.errors import ResponseError
from token_influence.response.ablation import Input
from token_influence.response.single import can_reuse_prefixes, read_single_changes

IDS = [5, 9, 3, 22, 31, 8, 8, 14, 40, 7, 19, 4, 27]


def rows(model: PreTrainedModel, cached: bool, bos_id: int | None, **options) -> torch.Tensor:
    found = read_single_changes(
        model,
        Input(IDS, 11),
        options.pop("replacement", None),
        lambda j, row: (j, row),
        bos_id=bos_id,
        cached=cached,
        **options,
    )
    assert [j for j, _ in found] == list(range(12))
    return torch.stack([row for _, row in found])


def test_the_prefixes_of_these_models_can_be_reused() -> None:
    """Recurrent models are read at once; were others, the tests below would miss the cache."""
    whole = [name for name in ARCHITECTURES if not can_reuse_prefixes(build(name))]
    assert whole == ["mamba", "rwkv"]


@pytest.mark.parametrize("bos_id", [None, 1])
@pytest.mark.parametrize("name", [n for n in ARCHITECTURES if n not in ("mamba", "rwkv")])
def test_a_cached_prefix_changes_nothing(name: str, bos_id: int | None) -> None:
    """Also beyond a sliding window (5 tokens in some of these)."""
    model = build(name)
    cached = rows(model, True, bos_id, batch_size=3)
    torch.testing.assert_close(cached, rows(model, False, bos_id), atol=1e-5, rtol=0)


def test_what_stands_before_a_batch_is_not_read_again(monkeypatch) -> None:
    model = build("llama")
    shapes = []
    real = model.forward

    def seen(*arguments, **named):
        shapes.append(tuple(named["inputs_embeds"].shape[:2]))
        return real(*arguments, **named)

    monkeypatch.setattr(model, "forward", seen)
    rows(model, True, 1, batch_size=5)
    # Begin-of-text alone, five sources; five tokens alone, five sources; five tokens, the last two.
    assert shapes == [(1, 1), (5, 12), (1, 5), (5, 7), (1, 5), (2, 2)]


def test_another_embedding_stands_in() -> None:
    model = build("llama")
    row = torch.full((1, 16), 0.3)
    found = [rows(model, cached, None, replacement=row) for cached in (True, False)]
    torch.testing.assert_close(found[0], found[1], atol=1e-5, rtol=0)
    assert not torch.allclose(found[0], rows(model, True, None), atol=1e-3)


def test_a_model_that_loses_its_place_is_read_in_full() -> None:
    """It raises nothing, so only the comparison can tell."""
    model = build("llama")
    real = model.forward

    def lost(*arguments, **named):
        positions = torch.arange(named["inputs_embeds"].shape[1])[None]
        return real(*arguments, **named, position_ids=positions)

    model.forward = lost
    assert not can_reuse_prefixes(model)


def test_a_position_outside_is_refused() -> None:
    with pytest.raises(ResponseError, match="The predicting position 4 is outside the passage"):
        read_single_changes(
            build("llama"), Input([1, 2], 4), None, lambda _, row: row, bos_id=None, cached=True
        )
