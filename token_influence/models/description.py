"""What a checkpoint is: its architecture, its sizes and its files."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from token_influence.errors import ModelError
from token_influence.models.checkpoints import checkpoint_files
from token_influence.models.configuration import context_length, read_config
from token_influence.untrusted import reading


def describe_model(folder: str | Path) -> dict[str, Any]:
    """The checkpoint in `folder`: architecture and sizes, and its `files` (see `checkpoint_files`)."""
    return {**architecture(folder), "files": checkpoint_files(folder)}


def architecture(folder: str | Path) -> dict[str, Any]:
    """Sizes and architecture, from the config in `folder` alone.

    `parameters`, `layers`, `width`, `vocabulary`: numbers; `heads` and `context` (tokens): numbers, or
    None if the architecture has none; `tied`: bool. Tied weights count once among the parameters.
    Raises ModelError if the config cannot be read.
    """
    config = read_config(folder)
    with reading(f"The model's config in {folder}", ModelError), torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    text = config.get_text_config()
    return {
        "architecture": type(model).__name__,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "layers": text.num_hidden_layers,
        "width": text.hidden_size,
        "heads": getattr(text, "num_attention_heads", None),
        "context": context_length(config),
        "vocabulary": text.vocab_size,
        "tied": bool(getattr(text, "tie_word_embeddings", False)),
    }
