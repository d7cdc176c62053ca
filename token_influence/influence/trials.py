"""What is tried on a model before it is used, once for each state of the model."""

from collections.abc import Callable, Hashable
from functools import wraps
from weakref import WeakKeyDictionary, ref

from torch import nn
from transformers import PreTrainedModel


def once_per_model(trial: Callable[..., bool]) -> Callable[..., bool]:
    """Let `trial(model, …)` answer from memory while the model and the other arguments stay the same.

    A trial reads the model several times, which each short call would pay for. Arguments are
    positional, and those after the model are hashable. A trial that raises is made again.
    """
    known: WeakKeyDictionary[PreTrainedModel, dict[Hashable, tuple]] = WeakKeyDictionary()

    @wraps(trial)
    def tried(model: PreTrainedModel, *others: Hashable) -> bool:
        state, answers = _state(model), known.setdefault(model, {})
        if others not in answers or answers[others][0] != state:
            answers[others] = state, trial(model, *others)
        return answers[others][1]

    return tried


def _state(model: PreTrainedModel) -> object:
    """What tells one state of a model from another: settings, weights, code and hooks."""
    config, weights = model.config, model.parameters()
    held = [(id(p), p.data_ptr(), None if p.is_inference() else p._version) for p in weights]
    codes = list(map(_code, model.modules()))
    return config._attn_implementation, str(config.to_dict()), held, codes


def _code(module: nn.Module) -> object:
    # References, since another object may get the number `id` of one that is gone.
    forwards = [ref(code) for code in (vars(module).get("forward"), type(module).forward) if code]
    forward = *module._forward_pre_hooks, *module._forward_hooks
    backward = *module._backward_pre_hooks, *module._backward_hooks
    return ref(module), forwards, forward, backward
