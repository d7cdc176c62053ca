"""What holds for every method: shapes, batches, what is left behind, what is refused."""

import numpy as np
import pytest
import torch
from explained import predictions
from tiny_models import ARCHITECTURES, build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.reading import Reading
from token_influence.attribution.registry import METHODS
from token_influence.errors import AttributionError

FEW = {"integrated_gradients": "integrated_gradients-steps=3", "smoothgrad": "smoothgrad-samples=2"}
EVERY = [FEW.get(name, name) for name in METHODS]


def assert_equal_but_for_rounding(got, expected) -> None:
    for one, other in zip(got, expected, strict=True):
        assert one.keys() == other.keys()
        for label in one:
            bound = 1e-4 * np.abs(other[label]).max()
            np.testing.assert_allclose(one[label], other[label], atol=bound, err_msg=label)


def test_every_method_scores_every_source():
    texts = [*predictions(1, position=4), *predictions(1, position=0)]
    longer, single = attribute(build("llama"), texts, EVERY, bos_id=1)
    assert list(longer) == list(single) == EVERY
    for scores, size in ((longer, 5), (single, 1)):
        assert {(values.shape, values.dtype.name) for values in scores.values()} == {
            ((size,), "float32")
        }


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_neither_batch_nor_padding_nor_order_changes_a_score(name: str):
    model = build(name)
    without_attention = name in ("mamba", "rwkv")
    methods = [m for m in EVERY if not (without_attention and m == "attention_rollout")]
    texts = [one for position in (9, 10, 8) for one in predictions(1, position=position)]
    apart = [attribute(model, [text], methods, bos_id=1)[0] for text in texts]
    together = attribute(model, texts, methods, bos_id=1, batch_size=3)
    assert_equal_but_for_rounding(together, apart)


def test_methods_measured_together_are_those_measured_alone():
    model, texts = build("llama"), predictions()
    together = attribute(model, texts, EVERY, bos_id=None)
    alone = [{k: v for m in EVERY for k, v in attribute(model, texts, [m], bos_id=None)[0].items()}]
    assert_equal_but_for_rounding(together, alone)


def test_the_model_is_left_as_it_was():
    model = build("gpt2").train()
    model.lm_head.weight.requires_grad_(True)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flags = [(m.training, len(m._forward_pre_hooks)) for m in model.modules()]
    with torch.inference_mode():
        first = attribute(model, predictions(), EVERY, bos_id=None)
    again = attribute(model, predictions(), EVERY, bos_id=None)
    assert_equal_but_for_rounding(first, again)
    assert flags == [(m.training, len(m._forward_pre_hooks)) for m in model.modules()]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    required = {name for name, p in model.named_parameters() if p.requires_grad}
    assert required == {"transformer.wte.weight"}  # the head is tied to it


def test_scores_that_are_not_finite_are_refused(monkeypatch):
    def spoil(self, of, scale=1.0):
        return torch.full_like(self.inputs, float("nan"))

    monkeypatch.setattr(Reading, "gradient", spoil)
    with pytest.raises(AttributionError, match="semantic are not finite for text/0 at position 9"):
        attribute(build("llama"), predictions(), ["semantic"], bos_id=None)


def test_a_rank_above_the_width_is_refused():
    with pytest.raises(AttributionError, match="rank of fisher is 17; allowed are at most 16"):
        attribute(build("llama"), predictions(), ["fisher-rank=17"], bos_id=None)
