"""The sanity check by random weights, and what it puts back."""

import numpy as np
import pytest
import torch
from explained import predictions
from scipy.stats import spearmanr
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.sanity import (
    count_layers,
    randomised_from_the_top,
    rank_correlation,
    sanity_check,
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


def test_scores_are_compared_for_each_number_of_layers_and_for_all_weights():
    texts, model, random = predictions(3), build("llama"), build("llama", seed=1)
    table = sanity_check(model, random, texts, "semantic", [1, 2])
    assert table["layers"].tolist() == ["1"] * 3 + ["2"] * 3 + ["all"] * 3
    assert table["key"].tolist() == [text.key for text in texts] * 3
    trained, other = (attribute(one, texts, ["semantic"], bos_id=None) for one in (model, random))
    pairs = zip(trained, other, strict=True)
    whole = [spearmanr(a["semantic"], b["semantic"]).statistic for a, b in pairs]
    found = table.set_index("layers")["rank_correlation"]
    assert found["all"].tolist() == pytest.approx(whole)
    assert found["1"].mean() > found["2"].mean()  # the more is random, the less is left


@pytest.mark.parametrize("method", ["distance", "random"])
def test_scores_that_do_not_look_at_the_model_stay_as_they_are(method: str):
    table = sanity_check(build("llama"), build("llama", seed=1), predictions(2), method, [1])
    assert table["rank_correlation"].tolist() == pytest.approx([1] * 4)


def test_without_an_order_there_is_no_rank_correlation():
    rising = np.arange(4.0)
    assert rank_correlation(rising, -rising) == pytest.approx(-1)
    assert np.isnan(rank_correlation(rising, np.ones(4)))
    assert np.isnan(rank_correlation(np.ones(4), rising))
    assert np.isnan(rank_correlation(rising[:2], rising[:2]))
