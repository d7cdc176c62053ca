"""A model is tried once, and again after any change that a trial could notice."""

import gc
import weakref

import pytest
import torch
from tiny_models import build
from transformers import PreTrainedModel

from token_influence.influence.trials import once_per_model


class Trial:
    """Counts how often it is made; its answer is that number."""

    def __init__(self):
        self.made = 0

    def __call__(self, model: PreTrainedModel, *others: object) -> int:
        self.made += 1
        return self.made


def add_hook(model: PreTrainedModel) -> None:
    """Add a hook that changes what the model returns."""
    model.get_input_embeddings().register_forward_hook(lambda module, given, output: 2 * output)


def change_weights(model: PreTrainedModel) -> None:
    """Change a weight in place, as training does."""
    with torch.no_grad():
        next(model.parameters()).add_(1)


def replace_code(model: PreTrainedModel) -> None:
    """Give one module another forward pass."""
    embeddings = model.get_input_embeddings()
    embeddings.forward = lambda ids: torch.zeros(*ids.shape, model.config.hidden_size)


def change_attention(model: PreTrainedModel) -> None:
    """Choose another implementation of attention."""
    assert model.config._attn_implementation != "sdpa"
    model.set_attn_implementation("sdpa")


def change_dtype(model: PreTrainedModel) -> None:
    """Choose another number type."""
    model.to(torch.float64)


def test_an_unchanged_model_is_tried_once_for_each_argument() -> None:
    trial, model = Trial(), build("llama")
    tried = once_per_model(trial)
    assert [tried(model), tried(model), tried(model, "other"), tried(model)] == [1, 1, 2, 1]
    assert tried(build("llama")) == 3
    assert tried(model, "other") == 2


@pytest.mark.parametrize(
    "change", [add_hook, change_weights, replace_code, change_attention, change_dtype]
)
def test_a_changed_model_is_tried_again(change) -> None:
    trial, model = Trial(), build("llama")
    tried = once_per_model(trial)
    tried(model)
    change(model)
    assert tried(model) == 2
    assert tried(model) == 2


def test_a_trial_that_fails_is_made_again() -> None:
    answers = iter([ValueError("not yet"), True])

    def trial(model: PreTrainedModel) -> bool:
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    tried, model = once_per_model(trial), build("llama")
    with pytest.raises(ValueError, match="not yet"):
        tried(model)
    assert tried(model)


def test_a_model_that_nobody_uses_is_forgotten() -> None:
    tried, model = once_per_model(Trial()), build("llama")
    tried(model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
