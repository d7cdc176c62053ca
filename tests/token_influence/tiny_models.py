"""Tiny, randomly initialised models of many architectures, and windows for them."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import TemplateProcessing
from torch.overrides import TorchFunctionMode
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

VOCABULARY = 41
LENGTH = 14

_BASE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 32,
    "initializer_range": 0.15,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
_GROUPED = _BASE | {"num_key_value_heads": 2, "head_dim": 4}

# name: (model type, settings); every entry is one architecture, or one variant that matters.
ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "gpt2": ("gpt2", _BASE),
    "gpt2-untied": ("gpt2", _BASE | {"tie_word_embeddings": False}),
    "gpt-neox": ("gpt_neox", _BASE | {"rotary_pct": 0.5}),
    "llama": ("llama", _GROUPED | {"tie_word_embeddings": False}),
    "llama-tied": ("llama", _GROUPED | {"tie_word_embeddings": True}),
    "qwen2": ("qwen2", _GROUPED),
    "qwen3": ("qwen3", _GROUPED),
    "gemma2": ("gemma2", _GROUPED | {"sliding_window": 5, "query_pre_attn_scalar": 4}),
    "gemma3": (
        "gemma3_text",
        _GROUPED
        | {
            "sliding_window": 5,
            "layer_types": ["sliding_attention", "full_attention"],
            "final_logit_softcapping": 3.0,
        },
    ),
    "mistral": ("mistral", _GROUPED | {"sliding_window": 5}),
    "opt": ("opt", _BASE | {"ffn_dim": 24, "word_embed_proj_dim": 16, "init_std": 0.15}),
    "bloom": ("bloom", _BASE | {"n_layer": 2, "n_head": 4}),
    "phi": ("phi", _BASE),
    "falcon": ("falcon", _BASE | {"new_decoder_architecture": False}),
    "falcon-alibi": ("falcon", _BASE | {"alibi": True}),
    "olmo2": ("olmo2", _GROUPED),
    "cohere": ("cohere", _GROUPED | {"logit_scale": 0.25}),
    "mixtral": ("mixtral", _GROUPED | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "mamba": ("mamba", _BASE | {"state_size": 4, "time_step_rank": 2}),
    "rwkv": ("rwkv", _BASE | {"attention_hidden_size": 16, "context_length": 32}),
}


def build(
    name: str, dtype: torch.dtype = torch.float32, attention: str = "eager", seed: int = 0
) -> PreTrainedModel:
    """The model called `name`, in eval mode, frozen; a seed means the same weights each time."""
    kind, settings = ARCHITECTURES[name]
    config = AutoConfig.for_model(kind, **settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(
            config,
            dtype=torch.float32,
            attn_implementation=attention,
            experts_implementation="eager",  # the others have no float64 kernel
        )
        # Architectures start some parameters at 0 or 1 (biases, norms): move them, to test more.
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.05 * torch.randn_like(parameter))
    return model.to(dtype).eval().requires_grad_(False)


def windows(
    count: int = 2, length: int = LENGTH, positions: tuple[int, ...] = (5, 9, 13), seed: int = 0
) -> pd.DataFrame:
    """`count` windows of `length` inputs with random tokens, each measured at `positions`."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(3, VOCABULARY, (count, length + 1), generator=generator)
    return pd.DataFrame(
        {
            "window": range(count),
            "document_id": "d",
            "start": 0,
            "token_ids": ids.tolist(),
            "positions": [list(positions)] * count,
        }
    )


def plain_logits(
    model: PreTrainedModel, token_ids: list[int], bos_id: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The input embeddings [S, d], to differentiate by, and the whole model's logits [S, V]."""
    ids = [*([] if bos_id is None else [bos_id]), *token_ids[:-1]]
    embeddings = model.get_input_embeddings()(torch.tensor([ids])).detach().requires_grad_()
    return embeddings, model(inputs_embeds=embeddings, use_cache=False).logits[0]


def plain_influence(
    model: PreTrainedModel, token_ids: list[int], position: int, bos_id: int | None = None
) -> torch.Tensor:
    """G(i, i−r) of the true token's logit by distance r = 0..i: autograd, nothing else."""
    shift = int(bos_id is not None)
    embeddings, logits = plain_logits(model, token_ids, bos_id)
    score = logits[shift + position, token_ids[position + 1]]
    (gradient,) = torch.autograd.grad(score, embeddings)
    return gradient[0, shift : shift + position + 1].norm(dim=-1).flip(0)


class Double(TorchFunctionMode):
    """Within: float64 everywhere, also where a model's own code asks for float32.

    Norms and softmaxes of many architectures round to float32 even in a float64 model, which would
    hide the sixteen digits that the tests compare.
    """

    def __torch_function__(self, func, types, args=(), kwargs=None):
        def lift(value):
            return torch.float64 if value is torch.float32 else value

        if func is torch.Tensor.float:
            func = torch.Tensor.double
        args = tuple(map(lift, args))
        return func(*args, **{key: lift(value) for key, value in (kwargs or {}).items()})


def save_tokenizer(folder: Path, prepend: str | None = None) -> None:
    """Save a tokenizer of single characters; `prepend` names the tokens that it puts first."""
    characters = [chr(97 + k) for k in range(VOCABULARY - 3)]
    names = ["<pad>", "<s>", "</s>", *characters]
    tokenizer = Tokenizer(WordLevel({name: k for k, name in enumerate(names)}, unk_token="<pad>"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    if prepend is not None:
        tokenizer.post_processor = TemplateProcessing(f"{prepend} $A", special_tokens=[("<s>", 1)])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>").save_pretrained(folder)


GGUF_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "model.layers.": "blk.",
}


def write_gguf(
    model: LlamaForCausalLM, path: Path, *, bos: bool = False, pre: str | None = None
) -> None:
    """`model` as llama.cpp's converter writes it: renamed, q and k interleaved head by head.

    pre: the name of the tokenizer's split.
    """
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    if pre is not None:
        writer.add_tokenizer_pre(pre)
    writer.add_token_list(["<pad>", "<s>", "</s>", *(chr(97 + k) for k in range(37)), "ab"])
    writer.add_token_types([3, 3, 3] + [1] * 38)
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(bos)
    tied = config.tie_word_embeddings
    for name, weight in model.state_dict().items():
        if tied and name == "lm_head.weight":
            continue
        for old, new in GGUF_NAMES.items():
            name = name.replace(old, new)
        values = weight.numpy()
        for kind, heads in (("attn_q", 4), ("attn_k", 2)):
            if kind in name:
                values = values.reshape(heads, 2, -1, values.shape[1]).swapaxes(1, 2)
                values = values.reshape(weight.shape)
        writer.add_tensor(name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
