"""Models and windows to measure: a checkpoint, or random weights of a published size."""

import argparse
from typing import Any

import numpy as np
import pandas as pd
import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from token_influence.models.loading import DTYPES, load_model, resolve_device
from token_influence.models.tokenizers import KNOWN_PARAGRAPH, load_tokenizer

# For machines without a checkpoint: time does not depend on the weights.
SIZES: dict[str, tuple[str, dict[str, Any]]] = {
    "pythia-410m": (
        "gpt_neox",
        {
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "vocab_size": 50304,
            "max_position_embeddings": 2048,
        },
    ),
    "qwen2.5-0.5b": (
        "qwen2",
        {
            "hidden_size": 896,
            "intermediate_size": 4864,
            "num_hidden_layers": 24,
            "num_attention_heads": 14,
            "num_key_value_heads": 2,
            "vocab_size": 151936,
            "max_position_embeddings": 32768,
            "tie_word_embeddings": True,
        },
    ),
    # To see in a second that the benchmark runs.
    "tiny": (
        "llama",
        {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "vocab_size": 300,
            "initializer_range": 0.2,
        },
    ),
}


def model_parser(description: str, threads: int) -> argparse.ArgumentParser:
    """A parser of what every benchmark of a model takes: the model, and how it runs."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="folder of a checkpoint in Hugging Face layout")
    parser.add_argument("--size", choices=SIZES, help="random weights of a published size instead")
    parser.add_argument("--attention", default="eager", choices=["eager", "sdpa"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu-time", action="store_true", help="for a busy machine, one thread")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, with one model; torch gets its threads, and the libraries print nothing."""
    arguments = parser.parse_args()
    if bool(arguments.model) == bool(arguments.size):
        parser.error("name a model folder or a --size")
    torch.set_num_threads(arguments.threads)
    disable_progress_bar()
    set_verbosity_error()
    return arguments


def model_of(arguments: argparse.Namespace, dtype: str) -> PreTrainedModel:
    """The checkpoint, or random weights of a published size."""
    if arguments.model:
        return load_model(
            arguments.model, device=arguments.device, dtype=dtype, attention=arguments.attention
        )
    kind, settings = SIZES[arguments.size]
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(kind, **settings),
        dtype=DTYPES[dtype],
        attn_implementation=arguments.attention,
    )
    return model.to(resolve_device(arguments.device)).eval().requires_grad_(False)


def tokenizer_of(arguments: argparse.Namespace) -> Any:
    """The checkpoint's tokenizer; random weights have none."""
    return load_tokenizer(arguments.model) if arguments.model else None


def windows(tokenizer: Any, count: int, length: int, positions: int) -> pd.DataFrame:
    """One paragraph again and again (time does not depend on the text), read from `count` starts.

    Positions are spread over the last half. Text rather than random tokens, because inseq needs it.
    """
    needed = length + count
    if tokenizer is None:
        ids = np.resize(np.arange(100, 200), needed)
    else:
        words = len(KNOWN_PARAGRAPH.split())  # a word has at least one token
        ids = np.array(tokenizer(" ".join([KNOWN_PARAGRAPH] * (1 + needed // words)))["input_ids"])
    spread = np.linspace(length // 2, length, positions + 1).round().astype(int)[1:] - 1
    return pd.DataFrame(
        {
            "window": range(count),
            "token_ids": [ids[start : start + length + 1].tolist() for start in range(count)],
            "positions": [spread.tolist()] * count,
        }
    )
