"""Causal language models and their tokenizers from a local folder, never from a hub."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from token_influence.errors import ModelError
from token_influence.files import sha256
from token_influence.models.configuration import context_length, read_config, read_object
from token_influence.models.weights import check_weights
from token_influence.seeds import torch_seed
from token_influence.untrusted import reading

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16}

# Lincoln's address at Gettysburg (1863, public domain): a known paragraph, for `check_loss`.
KNOWN_PARAGRAPH = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, "
    "conceived in Liberty, and dedicated to the proposition that all men are created equal. "
    "Now we are engaged in a great civil war, testing whether that nation, or any nation so "
    "conceived and so dedicated, can long endure. We are met on a great battle-field of that war. "
    "We have come to dedicate a portion of that field, as a final resting place for those who here "
    "gave their lives that that nation might live. It is altogether fitting and proper that we "
    "should do this."
)


def resolve_device(device: str) -> str:
    """`cpu`, `cuda` or `mps` for a device name, where `auto` takes the best that is there.

    Raises ModelError when the named device is unknown or not present.
    """
    present = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        return next(name for name, there in present.items() if there)
    if not present.get(device, False):
        there = ", ".join(name for name in present if present[name])
        raise ModelError(f"The device {device!r} is not to be had here; allowed: auto, {there}.")
    return device


def check_context(config: PreTrainedConfig, registered: int) -> None:
    """Raise ModelError when the checkpoint reads fewer tokens than the `registered` context."""
    context = context_length(config)
    if context is not None and context < registered:
        raise ModelError(
            f"The checkpoint reads at most {context} tokens, but the config registers a context of "
            f"{registered}."
        )


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

    `weights="random"` takes only the config and initialises by the architecture's own scheme from
    `seed`, always in float32 on the CPU, so that a seed means the same weights on every device.

    What `generation_config.json` holds concerns sampling only, and nothing here samples.

    Raises ModelError when the folder, the device, the dtype or the attention kernel won't do, or
    the weights are not exactly the ones that the architecture needs (`check_weights`).

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


def load_tokenizer(folder: str | Path) -> PreTrainedTokenizerBase:
    """The tokenizer in `folder`.

    Raises ModelError when there is none, it can't be read, or its files contradict each other.

    >>> from tempfile import TemporaryDirectory
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"the": 0, "sea": 1, "?": 2}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> with TemporaryDirectory() as folder:
    ...     saved = PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(folder)
    ...     tokenizer = load_tokenizer(folder)
    >>> tokenizer("the deep sea")["input_ids"]
    [0, 2, 1]
    """
    # Looked for, because some architectures would make an empty one without a word.
    if not any(any(Path(folder).glob(name)) for name in ("tokenizer*", "vocab*", "*.model")):
        raise ModelError(f"The model in {folder} has no tokenizer.")
    with reading(f"The tokenizer in {folder}", ModelError):
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        _check_tokenizer(tokenizer, Path(folder))
    return tokenizer


def _check_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """transformers makes its tokenizer of two files; it must do what each of them says."""
    alone, settings = folder / "tokenizer.json", folder / "tokenizer_config.json"
    if alone.is_file():
        expected = Tokenizer.from_file(str(alone)).encode(KNOWN_PARAGRAPH, add_special_tokens=False)
        if tokenizer(KNOWN_PARAGRAPH, add_special_tokens=False)["input_ids"] != expected.ids:
            raise ModelError(
                f"The tokenizer in {folder} contradicts itself: tokenizer.json alone gives other tokens "
                "than with tokenizer_config.json."
            )
    says = read_object(settings).get("add_bos_token") if settings.is_file() else None
    does = begin_of_text_id(tokenizer) is not None
    if isinstance(says, bool) and says != does:
        raise ModelError(
            f"The tokenizer in {folder} contradicts itself: its add_bos_token is {says}, but it "
            f"{'prepends a' if does else 'prepends no'} begin-of-text token."
        )


def check_vocabulary(tokenizer: PreTrainedTokenizerBase, config: PreTrainedConfig) -> None:
    """Raise ModelError where an ordinary token, or the begin-of-text token, has no embedding.

    Special tokens may lie outside: some checkpoints list tokens for images that they never read.
    Windows are checked token by token when they are measured.
    """
    size = config.get_text_config().vocab_size
    special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
    special -= {begin_of_text_id(tokenizer)}
    outside = [
        (id, token)
        for token, id in tokenizer.get_vocab().items()
        if id >= size and id not in special
    ]
    if outside:
        id, token = min(outside)
        raise ModelError(
            f"The tokenizer's token {token!r} has id {id}, but the model has only {size} embeddings."
        )


def begin_of_text_id(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The id that the tokenizer puts before a text by default, None where it puts none.

    Having a begin-of-text token is not using it: GPT-2's tokenizer has one and prepends none.
    Raises ModelError when more than one token is prepended.

    >>> from tokenizers import Tokenizer, models, processors
    >>> from transformers import PreTrainedTokenizerFast
    >>> letters = Tokenizer(models.WordLevel({"a": 0, "<s>": 1}, "a"))
    >>> begin_of_text_id(PreTrainedTokenizerFast(tokenizer_object=letters, bos_token="<s>"))
    >>> letters.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
    >>> begin_of_text_id(PreTrainedTokenizerFast(tokenizer_object=letters, bos_token="<s>"))
    1
    """
    probe = "a"
    plain = tokenizer(probe, add_special_tokens=False)["input_ids"]
    whole = tokenizer(probe)["input_ids"]
    before = next((k for k in range(len(whole) + 1) if whole[k : k + len(plain)] == plain), None)
    if before is None:
        raise ModelError("The tokenizer gives other tokens for a text when it adds special ones.")
    if before > 1:
        raise ModelError(f"The tokenizer prepends {before} tokens to a text; at most one will do.")
    return whole[0] if before else None


@torch.no_grad()
def mean_loss(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str) -> float:
    """Mean cross entropy of `text` in nats per predicted token, with the tokenizer's defaults."""
    ids = tokenizer(text, return_tensors="pt")["input_ids"].to(model.device)
    logits = model(input_ids=ids, use_cache=False).logits[0, :-1].double()
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:]).item()


def check_loss(folder: str | Path, bound: float) -> float:
    """The loss of the model in `folder` on `KNOWN_PARAGRAPH`; ModelError when not below `bound`."""
    model, tokenizer = load_model(folder, device="cpu"), load_tokenizer(folder)
    check_vocabulary(tokenizer, model.config)
    loss = mean_loss(model, tokenizer, KNOWN_PARAGRAPH)
    if not (math.isfinite(loss) and loss < bound):
        raise ModelError(
            f"The model in {folder} has a loss of {loss:.3f} nats per token on a known paragraph; "
            f"it should be below {bound:g}."
        )
    return loss


def describe_model(folder: str | Path) -> dict[str, Any]:
    """What the checkpoint in `folder` is: sizes, architecture, and sha256 and bytes of every file.

    `manifest.json` is left out of the files, so that this description can be written into it.
    """
    return {**architecture(folder), "files": describe_files(folder)}


def architecture(folder: str | Path) -> dict[str, Any]:
    """Sizes and architecture, from the config in `folder` alone.

    `heads` and `context` are None where the architecture has none; tied weights count once.
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


def check_facts(facts: Mapping[str, Any], registered: Mapping[str, Any]) -> None:
    """Raise ModelError when the checkpoint has other sizes than those `registered`."""
    for key, value in registered.items():
        if facts[key] != value:
            raise ModelError(
                f"The checkpoint's {key} is {facts[key]}, but the config registers {value} under facts."
            )


def describe_files(folder: str | Path) -> dict[str, dict[str, Any]]:
    """Sha256 and bytes of every file in `folder` by name, without `manifest.json` and subfolders."""
    files = sorted(path for path in Path(folder).iterdir() if path.is_file())
    files = [path for path in files if path.name != "manifest.json"]
    return {path.name: {"sha256": sha256(path), "bytes": path.stat().st_size} for path in files}
