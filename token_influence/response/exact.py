"""Arithmetic in float64 throughout, for changes so small that rounding would hide them."""

from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from transformers import PreTrainedModel


def exact_copy(model: PreTrainedModel) -> PreTrainedModel:
    """The model in float64, to be used inside `arithmetic`; on the CPU where a device has no float64."""
    device = "cpu" if model.device.type == "mps" else model.device
    copy = deepcopy(model)
    torch.nn.Module.to(copy, device=device, dtype=torch.float64)
    return copy


def arithmetic(model: PreTrainedModel) -> AbstractContextManager[Any]:
    """Inside, a model in float64 computes in float64 throughout; others compute as always."""
    return _Double() if model.dtype == torch.float64 else nullcontext()


class _Double(TorchFunctionMode):
    """Norms and attention of many architectures convert to float32, whatever the model's own type is."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is torch.Tensor.float:
            func = torch.Tensor.double
        lifted = {key: _lift(value) for key, value in (kwargs or {}).items()}
        return func(*map(_lift, args), **lifted)


def _lift(value: Any) -> Any:
    return torch.float64 if value is torch.float32 else value
