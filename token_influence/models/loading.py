"""Causal language models from a local folder, never from a hub."""

from pathlib import Path
from typing import Literal

import torch
from transformers import AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.weights import check_weights
from token_influence.seeds import torch_seed
from token_influence.untrusted import reading

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16}


def resolve_device(device: str) -> str:
    """`cpu`, `cuda` or `mps` for a device name, `auto` being the best one available.

    Raises ModelError if the named device is unknown or not available.
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        return next(name for name in available if available[name])
    if not available.get(device, False):
        allowed = ", ".join(name for name in available if available[name])
        raise ModelError(f"The device {device!r} is not available; allowed: auto, {allowed}.")
    return device


def load_model(
    folder: str | Path,
    *,
    weights: str = "trained",
    seed: int | None = None,
    device: str = "auto",
    dtype: str = "float32",
    attention: Literal["eager", "sdpa"] = "eager",
) -> PreTrainedModel:
    """The causal language model in `folder`, in eval mode, its parameters frozen.

    `weights="random"` reads only the config and initialises by the architecture's own scheme from
    `seed`, always in float32 on the CPU, so that a seed gives the same weights on every device.

    `generation_config.json` is of no effect: it concerns sampling, and nothing here samples.

    Raises ModelError if there is no model in the folder, the device or dtype is not available, the
    architecture has no such attention kernel, or the weights are not exactly the ones that the
    architecture needs (`check_weights`).

    >>> from tempfile import TemporaryDirectory
    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> config = LlamaConfig(
    ...     vocab_size=8, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     LlamaForCausalLM(config).save_pretrained(folder)
    ...     model = load_model(folder, device="cpu")
    >>> type(model).__name__, model.training, model.dtype
    ('LlamaForCausalLM', False, torch.float32)
    """
    config = read_config(folder)
    place = resolve_device(device)
    if dtype not in DTYPES:
        raise ModelError(f"Unknown dtype {dtype!r}; allowed: {', '.join(DTYPES)}.")
    if weights != "random":
        check_weights(folder, config)
    with reading(f"The model in {folder}", ModelError):
        if weights == "random":
            model = _initialise(config, seed, attention)
        else:
            model = AutoModelForCausalLM.from_pretrained(
                folder,
                config=config,
                dtype=DTYPES[dtype],
                attn_implementation=attention,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
            )
    torch.nn.Module.to(model, device=place, dtype=DTYPES[dtype])
    return model.eval().requires_grad_(False)


def _initialise(config: PreTrainedConfig, seed: int | None, attention: str) -> PreTrainedModel:
    """An untrained model; the caller's random state is left as it was."""
    if seed is None:
        raise ModelError("Random weights need a seed.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(torch_seed(seed, "initialisation"))
        return AutoModelForCausalLM.from_config(
            config,
            dtype=torch.float32,
            attn_implementation=attention,
            trust_remote_code=False,
        )
