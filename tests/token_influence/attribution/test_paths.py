"""Integrated gradients against captum and by completeness; SmoothGrad against its definition."""

import captum.attr
import numpy as np
import pytest
import torch
from explained import predictions, read_embeddings
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.paths import IntegratedGradients
from token_influence.attribution.reading import Reading

CAPTUM = {"right": "riemann_right", "midpoint": "riemann_middle", "gauss": "gausslegendre"}


def logits_of(model):
    return lambda x: model(inputs_embeds=x, use_cache=False).logits[:, -1]


@pytest.mark.parametrize("name", ["llama", "gpt2", "gemma3", "mamba"])
@pytest.mark.parametrize("rule", CAPTUM)
def test_integrated_gradients_agree_with_captum(name: str, rule: str):
    model, (prediction,) = build(name), predictions()
    label = IntegratedGradients(steps=12, rule=rule).label
    (scores,) = attribute(model, [prediction], [label], bos_id=None)
    found = captum.attr.IntegratedGradients(logits_of(model)).attribute(
        read_embeddings(model, prediction),
        target=prediction.token_ids[10],
        n_steps=12,
        method=CAPTUM[rule],
    )
    np.testing.assert_allclose(scores[label], found[0].detach().norm(dim=-1), rtol=1e-4)


def test_the_published_code_has_its_own_weights_and_loss():
    """Cross entropy at α = 0.2 … 1, differentiated by what is added to x before the scaling."""
    model, (prediction,) = build("llama"), predictions()
    x, target = read_embeddings(model, prediction), torch.tensor([prediction.token_ids[10]])
    gradients = []
    for alpha in (0.2, 0.4, 0.6, 0.8, 1.0):
        added = torch.zeros_like(x, requires_grad=True)
        loss = torch.nn.functional.cross_entropy(logits_of(model)((x + added) * alpha), target)
        gradients.append(torch.autograd.grad(loss, added)[0])
    expected = (torch.stack(gradients).mean(0) * x)[0].detach().norm(dim=-1)
    method = IntegratedGradients(steps=5, of="log_probability", weighted=True)
    (scores,) = attribute(model, [prediction], [method], bos_id=None)
    np.testing.assert_allclose(scores[method.label], expected, rtol=1e-4)


def without_norms():
    """A GPT-2 whose norms do nothing, so that its logits are smooth at zero inputs."""
    model = build("gpt2", torch.float64)
    for name, module in list(model.named_modules()):
        if isinstance(module, torch.nn.LayerNorm):
            parent, _, own = name.rpartition(".")
            setattr(model.get_submodule(parent), own, torch.nn.Identity())
    return model


@pytest.mark.parametrize("bos_id", [None, 1])
def test_integrated_gradients_are_complete_without_normalisation(bos_id: int | None):
    model, (prediction,) = without_norms(), predictions()
    reading = Reading(model, [prediction], bos_id, seed=0)
    found = IntegratedGradients(steps=40, rule="gauss").attributions(reading).sum()
    # A begin-of-text token is no source: it stands at both ends of the path.
    ends = [reading.embeddings.detach().clone() for _ in range(2)]
    ends[0][:, reading.bos :] = 0
    before, after = (logits_of(model)(end)[0, prediction.token_ids[10]] for end in ends)
    assert abs(after - before) > 1e-3
    torch.testing.assert_close(found, after - before, rtol=1e-6, atol=0)


def test_steps_in_common_share_their_passes(monkeypatch):
    model, (prediction,) = build("llama"), predictions()
    passes = []
    run = Reading.gradient_at
    monkeypatch.setattr(Reading, "gradient_at", lambda *a: passes.append(1) or run(*a))
    labels = [f"integrated_gradients-steps={n}" for n in (5, 10)]
    attribute(model, [prediction], labels, bos_id=None)
    assert len(passes) == 9  # α = 1 is the pass that all methods share


def test_smoothgrad_is_the_mean_gradient_at_noisy_inputs():
    model, (prediction,) = build("llama"), predictions()
    few, many = "smoothgrad-samples=20-noise=0.001", "smoothgrad-samples=4-noise=0.5"
    (scores,) = attribute(model, [prediction], ["semantic", few, many], bos_id=None)
    np.testing.assert_allclose(scores[few], scores["semantic"], rtol=0.01)
    assert not np.allclose(scores[many], scores["semantic"], rtol=0.05)


def test_smoothgrad_has_a_stream_for_each_prediction_and_seed():
    model, texts = build("llama"), predictions(2)
    (alone,) = attribute(model, texts[1:], ["smoothgrad"], bos_id=None, seed=3)
    _, beside = attribute(model, texts, ["smoothgrad"], bos_id=None, seed=3, batch_size=2)
    np.testing.assert_allclose(beside["smoothgrad"], alone["smoothgrad"], rtol=1e-4)
    (other,) = attribute(model, texts[1:], ["smoothgrad"], bos_id=None, seed=4)
    assert not np.allclose(other["smoothgrad"], alone["smoothgrad"], rtol=1e-3)
