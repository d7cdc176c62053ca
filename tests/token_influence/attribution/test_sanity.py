"""The sanity check by random weights, and what it puts back."""

import numpy as np
import pytest
import torch
from explained import predictions
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.sanity import (
    count_layers,
    randomised_from_the_top,
    rank_correlations,
)
from token_influence.errors import ModelError


def changed(name: str, layers: int) -> set[str]:
    """The parameters whose values differ within the block."""
    model, random = build(name), build(name, seed=1)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with randomised_from_the_top(model, random, layers):
        now = model.state_dict()
        names = {key for key in before if not torch.equal(before[key], now[key])}
        assert all(torch.equal(now[key], random.state_dict()[key]) for key in names)
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
    return names


def test_layers_are_randomised_from_the_top_with_norm_and_head():
    one, all_layers = changed("llama", 1), changed("llama", 2)
    assert {name.split(".")[0] + "." + name.split(".")[1] for name in one} == {
        "model.layers",
        "model.norm",
        "lm_head.weight",
    }
    assert all(".1." in name for name in one if "layers" in name)
    assert {name for name in build("llama").state_dict() if "embed" not in name} == all_layers


@pytest.mark.parametrize("name", ["llama-tied", "gpt2"])
def test_a_tied_head_and_the_embeddings_stay(name: str):
    names = changed(name, 2)
    assert not {key for key in names if "embed" in key or "wte" in key or "wpe" in key}
    assert not {key for key in names if "lm_head" in key}


def test_weights_are_put_back_after_an_exception():
    model = build("llama")
    before = model.lm_head.weight.clone()
    with pytest.raises(KeyError), randomised_from_the_top(model, build("llama", seed=1), 1):
        raise KeyError
    assert torch.equal(model.lm_head.weight, before)


def test_a_wrong_number_of_layers_is_refused():
    assert count_layers(build("llama")) == 2
    block = randomised_from_the_top(build("llama"), build("llama", seed=1), 3)
    with pytest.raises(ModelError, match="has 2 layers that can be randomised, not 3"), block:
        pass


def test_a_method_that_does_not_look_is_said_not_to_notice():
    texts, methods = predictions(4), ["semantic", "distance", "random"]
    trained, random = (
        attribute(build("llama", seed=seed), texts, methods, bos_id=None) for seed in (0, 1)
    )
    table = rank_correlations(trained, random).set_index("method")
    assert table.rank_correlation[["distance", "random"]].tolist() == pytest.approx([1, 1])
    assert table.notices.to_dict() == {"semantic": True, "distance": False, "random": False}
    assert (table.n == 4).all()


def test_correlation_and_error_are_over_predictions():
    rising, falling = np.arange(4.0), np.arange(4.0)[::-1]
    trained = [{"m": rising}] * 4
    other = [{"m": rising}, {"m": falling}, {"m": rising}, {"m": np.ones(4)}]
    (row,) = rank_correlations(trained, other).to_dict("records")
    assert row == {
        "method": "m",
        "rank_correlation": pytest.approx(1 / 3),
        "standard_error": pytest.approx(2 / 3),
        "n": 3,
        "notices": True,
    }
