"""Methods of one gradient, against captum, plain autograd and an explicit Jacobian."""

import captum.attr
import numpy as np
import pytest
import torch
from explained import final_hidden, jacobian, predictions, read_embeddings
from tiny_models import ARCHITECTURES, build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.targets import Contrast, Predicted, Token, Tokens


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_semantic_and_input_x_gradient_agree_with_captum(name: str):
    model, (prediction,) = build(name), predictions()

    def logits(embeddings: torch.Tensor) -> torch.Tensor:
        return model(inputs_embeds=embeddings, use_cache=False).logits[:, -1]

    (scores,) = attribute(model, [prediction], ["semantic", "input_x_gradient"], bos_id=None)
    embeddings, target = read_embeddings(model, prediction), prediction.token_ids[10]
    saliency = captum.attr.Saliency(logits).attribute(embeddings, target=target, abs=False)
    np.testing.assert_allclose(scores["semantic"], saliency[0].norm(dim=-1), rtol=1e-4)
    product = captum.attr.InputXGradient(logits).attribute(embeddings, target=target)[0].detach()
    np.testing.assert_allclose(scores["input_x_gradient"], product.norm(dim=-1), rtol=1e-4)


@pytest.mark.parametrize("name", ["llama", "gpt2", "gemma3"])
def test_temperature_is_the_unit_hidden_state_through_an_explicit_jacobian(name: str):
    model, (prediction,) = build(name), predictions()
    (scores,) = attribute(model, [prediction], ["temperature"], bos_id=None)
    y = final_hidden(model, read_embeddings(model, prediction)).detach()
    expected = torch.einsum("m,smd->sd", y / y.norm(), jacobian(model, prediction)).norm(dim=-1)
    # The last norm all but fixes the norm of its output: its gradient is a small difference.
    np.testing.assert_allclose(scores["temperature"], expected, rtol=1e-3)


def test_the_log_probability_is_another_scalar():
    model, (prediction,) = build("llama"), predictions()
    label = "input_x_gradient-of=log_probability"
    (scores,) = attribute(model, [prediction], [label, "input_x_gradient"], bos_id=None)
    x = read_embeddings(model, prediction)
    logits = model(inputs_embeds=x, use_cache=False).logits[0, -1:]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([prediction.token_ids[10]]))
    (gradient,) = torch.autograd.grad(loss, x)
    expected = (x * gradient)[0].norm(dim=-1).detach()
    np.testing.assert_allclose(scores[label], expected, rtol=1e-4)
    assert not np.allclose(scores[label], scores["input_x_gradient"], rtol=0.1)


@pytest.mark.parametrize(
    ("target", "terms"),
    [
        (Token(7), [(9, 7, 1)]),
        (Contrast(7, 8), [(9, 7, 1), (9, 8, -1)]),
        (Tokens(((9, 7), (7, 5))), [(9, 7, 1), (7, 5, 1)]),
    ],
)
def test_targets_are_sums_of_logits_at_their_positions(target, terms):
    model, others = build("llama"), predictions(2)
    (prediction,) = predictions(1, target=target)
    x = read_embeddings(model, prediction)
    logits = model(inputs_embeds=x, use_cache=False).logits[0]
    score = sum(sign * logits[position, token] for position, token, sign in terms)
    (gradient,) = torch.autograd.grad(score, x)
    # In a batch with predictions that need fewer rows.
    mixed = [others[1], prediction, others[0]]
    scores = attribute(model, mixed, ["semantic"], bos_id=None, batch_size=3)[1]
    np.testing.assert_allclose(scores["semantic"], gradient[0].norm(dim=-1), rtol=1e-4)


def test_predicted_is_the_arg_max_token():
    model, (prediction,) = build("llama"), predictions()
    x = read_embeddings(model, prediction)
    best = int(model(inputs_embeds=x, use_cache=False).logits[0, -1].argmax())
    assert best != prediction.token_ids[10]
    (of_best,) = attribute(model, predictions(target=Token(best)), ["semantic"], bos_id=None)
    (got,) = attribute(model, predictions(target=Predicted()), ["semantic"], bos_id=None)
    np.testing.assert_array_equal(got["semantic"], of_best["semantic"])
