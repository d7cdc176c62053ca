"""How a byte-level tokenizer of a GGUF file splits text before it merges bytes."""

from collections.abc import Mapping
from typing import Any

from tokenizers.pre_tokenizers import ByteLevel, Digits, PreTokenizer, Sequence
from transformers import PreTrainedTokenizerBase
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

GPT2_NAMES = {"gpt-2"}  # what transformers takes for every name that it does not know

# Splits that transformers does not know, by their name in llama.cpp (`llama-vocab.cpp`).
SPLITS: dict[str, PreTokenizer] = {
    # As in SmolLM2's own tokenizer.json: each digit by itself, the rest as GPT-2.
    "smollm": Sequence(
        [Digits(individual_digits=True), ByteLevel(add_prefix_space=False, use_regex=True)]
    ),
}


def set_split(tokenizer: PreTrainedTokenizerBase, values: Mapping[str, Any]) -> None:
    """Give a converted `tokenizer` the split that the header's `values` name, if it is in `SPLITS`."""
    named = named_split(values)
    if named is not None and named["ggml_pre"] in SPLITS:
        tokenizer.backend_tokenizer.pre_tokenizer = SPLITS[named["ggml_pre"]]


def named_split(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The split before byte-level merges that a header names; None if it names none.

    values: of the header. `ggml_pre`: the name; `known`: whether the converted tokenizer has that
    split. If not, it has GPT-2's, and numbers or blank lines can get other tokens than those that the
    model was trained on.

    >>> named_split({"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "smollm"})
    {'ggml_pre': 'smollm', 'known': True}
    """
    name = values.get("tokenizer.ggml.pre")
    if name is None or values.get("tokenizer.ggml.model") != "gpt2":
        return None  # other tokenizers do not split this way
    known = name in SPLITS or name in GPT2_NAMES or name in GGUF_PRE_TOKENIZER_SPLITS
    return {"ggml_pre": name, "known": known}
