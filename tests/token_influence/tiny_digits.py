"""Tokenizers that spell numbers in different ways, and a tiny model that reads them."""

import torch
from tokenizers import Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CHARACTERS = [*"0123456789,a"]


def tokenizer(*merged: str, characters: list[str] = CHARACTERS) -> PreTrainedTokenizerFast:
    """A tokenizer of single characters, in which the `merged` strings and their beginnings are tokens.

    Unless a merged string goes beyond a comma, none of its tokens does.
    """
    merges = dict.fromkeys((text[:k], text[k]) for text in merged for k in range(1, len(text)))
    texts = [*characters, *(a + b for a, b in merges)]
    vocabulary = {text: number for number, text in enumerate(texts)}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.BPE(vocab=vocabulary, merges=list(merges)))
    )


def model(vocabulary: int, context: int = 256) -> LlamaForCausalLM:
    """A random Llama of one layer for so many tokens; the same each time."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=context,
        initializer_range=0.4,
        attn_implementation="eager",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return LlamaForCausalLM(config).eval().requires_grad_(False)
