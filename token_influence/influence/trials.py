"""What is tried on a model before it is used, once for each state of the model."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary, ref

from torch import nn
from transformers import PreTrainedModel

Answer = TypeVar("Answer")


def once_per_model(trial: Callable[..., Answer]) -> Callable[..., Answer]:
    """Let `trial(model, …)` answer from memory while the model and the other arguments stay the same.

    A trial reads the model several times, which each short call would pay for. Arguments are
    positional, and those after the model are hashable. A trial that raises is made again.
    """
    known: WeakKeyDictionary[PreTrainedModel, tuple[object, dict[Hashable, Answer]]]
    known = WeakKeyDictionary()

    @wraps(trial)
    def tried(model: PreTrainedModel, *others: Hashable) -> Answer:
        now = _state(model)
        before, answers = known.get(model, (None, {}))
        if before != now:
            answers = {}
        if others not in answers:
            answers[others] = trial(model, *others)
            known[model] = now, answers
        return answers[others]

    return tried


def _state(model: PreTrainedModel) -> object:
    """What tells one state of a model from another: settings, code, hooks and weights."""
    settings = model.config._attn_implementation, str(model.config.to_dict())
    return settings, [_module_state(module) for module in model.modules()]


def _module_state(module: nn.Module) -> object:
    weights = [
        (id(p), p.data_ptr(), p.dtype, p.device, p.shape, None if p.is_inference() else p._version)
        for p in module.parameters(recurse=False)
    ]
    # The numbers of hooks are never given twice.
    hooks = (
        *module._forward_hooks,
        *module._forward_pre_hooks,
        *module._backward_hooks,
        *module._backward_pre_hooks,
    )
    # References, since another object may get the number `id` of one that is gone.
    code = [
        ref(forward)
        for forward in (module.__dict__.get("forward"), type(module).forward)
        if forward
    ]
    return ref(module), code, hooks, weights
