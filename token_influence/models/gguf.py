"""GGUF to plain float32 safetensors, each tensor checked against the package `gguf`."""

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from safetensors.torch import load_file
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    PreTrainedModel,
)

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.gguf_header import Header, check_header
from token_influence.models.gguf_split import named_split, set_split
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.untrusted import reading

Undo = Callable[[np.ndarray, Any], np.ndarray]


def _unpermute(heads_key: str) -> Undo:
    """Undo the interleaving that GGUF's llama family applies to the rows of q and k per head."""

    def undo(rows: np.ndarray, config: Any) -> np.ndarray:
        heads = getattr(config, heads_key)
        return rows.reshape(heads, -1, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)

    return undo


# How to undo what writers of GGUF files do to tensors: (architectures, pattern of the tensor's name,
# function). All other tensors are stored unchanged.
UNDO: list[tuple[set[str], str, Undo]] = [
    ({"llama"}, r"attn_q\.", _unpermute("num_attention_heads")),
    ({"llama"}, r"attn_k\.", _unpermute("num_key_value_heads")),
    ({"gemma", "gemma2", "gemma3"}, r"norm\.weight", lambda x, _: x - np.float32(1)),
    ({"gpt2"}, r"(attn_qkv|attn_output|ffn_up|ffn_down)\.weight", lambda x, _: x.T),
]


def convert_gguf(path: str | Path, folder: str | Path) -> dict[str, Any] | None:
    """Convert the GGUF file at `path` into a Hugging Face folder with float32 safetensors.

    The files are written into a temporary folder beside `folder`, checked, and then moved, so a
    failed conversion leaves nothing. Equal input gives byte-equal output. The tensors in the file,
    not its config, decide whether the output head is tied to the embeddings.

    Returns how the file says that its tokenizer splits text (see `named_split`), or None.

    Raises ModelError if the file cannot be read, its header does not fit its content, or a tensor
    differs from what `gguf` dequantises; the message names the first one.
    """
    path, folder = Path(path), Path(folder)
    if not path.is_file():
        raise ModelError(f"There is no GGUF file at {path}.")
    header = check_header(path)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        # Alone in a folder, since transformers would read settings of other models beside the file.
        alone, made = temporary / "alone" / path.name, temporary / "made"
        alone.parent.mkdir()
        alone.symlink_to(path.resolve())
        with reading(f"The GGUF file {path.name}", ModelError):
            _check_sizes(alone, header)
            _write(alone, made, header)
            check_against_gguf(path, made)
        folder.mkdir(exist_ok=True)
        for file in sorted(made.iterdir()):
            file.chmod(0o644)
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(temporary)
    return named_split(header.values)


def _check_sizes(path: Path, header: Header) -> None:
    """Raise ModelError unless the file holds every parameter with as many values as it needs.

    So nothing is allocated that is larger than the file's content.
    """
    config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name, local_files_only=True)
    config.tie_word_embeddings = "output.weight" not in header.tensors
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    names = _gguf_names(header.values["general.architecture"], config.num_hidden_layers)
    for name, parameter in model.named_parameters():
        stored = names(name)
        held = header.tensors.get(stored or "", 0)
        if held != parameter.numel():
            raise ModelError(
                f"The GGUF file {path.name} has {held:,} values for {name} ({stored}); by its header it "
                f"should have {parameter.numel():,}."
            )


def _write(path: Path, folder: Path, header: Header) -> None:
    """Dequantise with transformers, remove every trace of the quantisation, and save."""
    source = AutoModelForCausalLM.from_pretrained(
        path.parent,
        gguf_file=path.name,
        dtype=torch.float32,
        quantization_config=GgufConfig(dequantize=True),
        attn_implementation="eager",
        local_files_only=True,
    )
    tokenizer = AutoTokenizer.from_pretrained(
        path.parent, gguf_file=path.name, local_files_only=True
    )
    set_split(tokenizer, header.values)
    _plain(source, tied="output.weight" not in header.tensors).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _plain(source: PreTrainedModel, tied: bool) -> PreTrainedModel:
    """A model like `source`, without any trace of quantisation, that shares its tensors."""
    fields = source.config.to_dict()
    for field in ("quantization_config", "_model_name_or_path", "_name_or_path"):
        fields.pop(field, None)
    config = type(source.config).from_dict(fields | {"tie_word_embeddings": tied})
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(source.state_dict(), assign=True)
    model.tie_weights()
    return model


def check_against_gguf(path: str | Path, folder: str | Path) -> None:
    """Raise ModelError unless the converted `folder` holds exactly what the GGUF file holds.

    Names come from `gguf`'s own table and values from `gguf`'s own dequantisation, independently of
    the loader that converted; float32 values must be equal to the bit.
    """
    reader = gguf.GGUFReader(path)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    architecture = reader.fields["general.architecture"].contents()
    config = read_config(folder).get_text_config()
    names = _gguf_names(architecture, config.num_hidden_layers)
    converted = load_file(Path(folder) / "model.safetensors")
    checked = set()
    for name, weight in converted.items():
        stored = names(name)
        if stored not in tensors:
            raise ModelError(f"The converted tensor {name} has no counterpart in the GGUF file.")
        expected = gguf.dequantize(tensors[stored].data, tensors[stored].tensor_type)
        expected = _undo(architecture, stored, expected, config)
        if weight.dtype != torch.float32 or not np.array_equal(weight.numpy(), expected):
            raise ModelError(f"The converted tensor {name} differs from {stored} of the GGUF file.")
        checked.add(stored)
    if missing := sorted(set(tensors) - checked):
        raise ModelError(f"The GGUF tensor {missing[0]} is not in the converted model.")
    _check_begin_of_text(reader, Path(folder))


def _gguf_names(architecture: str, layers: int) -> Callable[[str], str | None]:
    """Hugging Face tensor name to GGUF tensor name."""
    arch = next(key for key, value in gguf.MODEL_ARCH_NAMES.items() if value == architecture)
    table = gguf.get_tensor_name_map(arch, layers)
    return lambda name: table.get_name(name, try_suffixes=(".weight", ".bias"))


def _undo(architecture: str, name: str, values: np.ndarray, config: Any) -> np.ndarray:
    for architectures, pattern, undo in UNDO:
        if architecture in architectures and re.search(pattern, name):
            return undo(values, config)
    return values


def _check_begin_of_text(reader: gguf.GGUFReader, folder: Path) -> None:
    """The tokenizer must prepend a begin-of-text token exactly when the file says so."""
    field = reader.fields.get("tokenizer.ggml.add_bos_token")
    if field is None:
        return
    stated, prepends = bool(field.contents()), begin_of_text_id(load_tokenizer(folder)) is not None
    if stated != prepends:
        raise ModelError(
            f"The GGUF file says that its tokenizer {'prepends' if stated else 'does not prepend'} a "
            f"begin-of-text token, but the converted one {'does' if prepends else 'does not'}."
        )
