"""What a reading gives to methods: shared passes, and scalars of its outputs."""

import numpy as np
import pytest
import torch
from explained import predictions, read_embeddings
from tiny_models import build

from token_influence.attribution import reading
from token_influence.attribution.attribute import attribute
from token_influence.attribution.reading import Reading
from token_influence.errors import ModelError


def test_methods_share_the_forward_pass_and_the_gradient_of_one_scalar(monkeypatch):
    passes, gradients = [], []
    run, differentiate = Reading._run, Reading.differentiate
    outputs = Reading.outputs.func
    monkeypatch.setattr(
        Reading.outputs, "func", lambda self: passes.append("plain") or outputs(self)
    )
    monkeypatch.setattr(Reading, "_run", lambda *a: passes.append("other") or run(*a))
    monkeypatch.setattr(
        Reading, "differentiate", lambda *a: gradients.append(1) or differentiate(*a)
    )
    methods = [
        "semantic",
        "temperature",
        "fisher",
        "input_x_gradient",
        "integrated_gradients-steps=3",
    ]
    attribute(build("llama"), predictions(2), methods, bos_id=None, batch_size=2)
    assert passes == ["plain", "other", "other"]
    assert len(gradients) == 3  # logit, temperature, fisher


@pytest.mark.parametrize("bos_id", [None, 1])
def test_scalars_are_those_of_the_plain_model(bos_id: int | None):
    model, texts = build("llama"), [*predictions(1, position=4), *predictions(1)]
    batch = Reading(model, texts, bos_id, seed=0)
    prefix = [] if bos_id is None else [bos_id]
    for b, one in enumerate(texts):
        row = model(torch.tensor([[*prefix, *one.read]])).logits[0, -1]
        target = one.token_ids[one.position + 1]
        for of, expected in (("logit", row), ("log_probability", row.log_softmax(-1))):
            got = batch.explained(of, *batch.outputs)[b]
            np.testing.assert_allclose(got.item(), expected[target].item(), rtol=1e-4)


def test_other_inputs_are_put_after_the_begin_of_text_token():
    model, (text,) = build("llama"), predictions()
    batch = Reading(model, [text], 1, seed=0)
    begin = model.get_input_embeddings()(torch.tensor([[1]]))
    halved = torch.cat([begin, 0.5 * read_embeddings(model, text).detach()], dim=1)
    expected = model(inputs_embeds=halved).logits[0, -1, text.token_ids[10]]
    got = batch.explained_at(0.5 * batch.inputs, "logit")
    np.testing.assert_allclose(got.item(), expected.item(), rtol=1e-4)
    assert batch.gradient("logit").any()  # the outputs kept their graph


def test_a_model_without_a_head_of_its_own_is_refused_by_name(monkeypatch):
    forward = reading.forward
    monkeypatch.setattr(reading, "forward", lambda *a: (forward(*a)[0], None))
    attribute(build("llama"), predictions(), ["semantic", "fisher_hutchinson"], bos_id=None)
    for method in ("temperature", "fisher", "fisher_trace"):
        with pytest.raises(ModelError, match="has no output head of its own"):
            attribute(build("llama"), predictions(), [method], bos_id=None)
