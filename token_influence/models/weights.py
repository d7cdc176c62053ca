"""The weights of a checkpoint: its files must hold exactly what its architecture needs.

If a file lacks a tensor, transformers takes random numbers and only logs it. So before anything is
loaded, the headers of the files, the shard index and transformers' own report of a dry run (which
allocates nothing) are compared. Every value is checked, too, since a single value that is not finite
silently spoils all results. transformers renames keys itself (`gamma` for `weight`, a missing prefix,
experts in one tensor each); here the values are counted, so that none is lost on the way.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging

from token_influence.errors import ModelError
from token_influence.models.configuration import read_object
from token_influence.sources.weight_formats import check_safetensors
from token_influence.untrusted import reading

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
FLOATS = {"F64", "F32", "F16", "BF16"}
SMALL = 50_000_000  # values of buffers that are fine beside any weights: 200 MB
# Buffers that transformers skips in old checkpoints, besides those that the architecture names.
OLD_BUFFERS = (r"rotary_emb\.inv_freq", "position_ids")


@dataclass(frozen=True)
class Stored:
    """One tensor of a file, as the file's header describes it."""

    file: Path
    dtype: str
    shape: tuple[int, ...]


def check_weights(folder: str | Path, config: PreTrainedConfig) -> None:
    """Check that the weights in `folder` are the ones that the architecture of `config` needs.

    Raises ModelError if they are not safetensors or not floating point, if a tensor is missing,
    unexpected, of another shape or not finite, or if an output head that the config ties to the
    embeddings differs from them; the message names the first such tensor and their number.
    """
    folder = Path(folder)
    stored = _stored(folder)
    _check_buffers(folder, stored, config)
    model, report = _dry_run(folder, config)
    kind = type(model).__name__
    _refuse(folder, report["missing_keys"], f"lack tensors that {kind} needs")
    shapes = {
        f"{name} {list(found)} in place of {list(needed)}"
        for name, found, needed in report["mismatched_keys"]
    }
    _refuse(folder, shapes, f"hold tensors of other shapes than {kind} needs")
    _refuse(folder, report["unexpected_keys"], f"hold tensors that {kind} does not have")
    taken = {name: tensor for name, tensor in stored.items() if not _skipped(name, model)}
    _check_count(folder, taken, model)
    odd = {f"{name} as {t.dtype}" for name, t in taken.items() if t.dtype not in FLOATS}
    _refuse(folder, odd, "hold tensors that are not floating point")
    _check_values(folder, taken)
    _check_ties(folder, taken, model)


def stored_dtypes(folder: str | Path) -> list[str]:
    """The dtypes of the tensors in the files, such as `["BF16"]`; weights are cast when loaded."""
    return sorted({tensor.dtype for tensor in _stored(Path(folder)).values()})


def _refuse(folder: Path, found: Collection[str], what: str) -> None:
    if found:
        raise ModelError(f"The weights in {folder} {what}: {len(found)}, the first {min(found)}.")


# --- the files ------------------------------------------------------------------------------------


def _stored(folder: Path) -> dict[str, Stored]:
    """The tensors of the files that transformers reads, by name."""
    _check_files(folder)
    if not (folder / INDEX).is_file():
        return dict(_tensors(folder / SINGLE))
    index = _index(folder)
    if (folder / SINGLE).is_file() and set(index.values()) != {SINGLE}:
        raise ModelError(
            f"The model in {folder} has both {SINGLE} and {INDEX}: remove one of them."
        )
    files = set(index.values())
    absent = {name for name in files if not (folder / name).is_file()}
    _refuse(folder, absent, "lack files of the shard index")
    tensors = [pair for file in sorted(files) for pair in _tensors(folder / file)]
    held = {(name, tensor.file.name) for name, tensor in tensors}
    lacking = {f"{name} in {file}" for name, file in index.items() - held}
    _refuse(folder, lacking, "lack tensors of the shard index")
    surplus = {f"{name} in {file}" for name, file in held - index.items()}
    _refuse(folder, surplus, "hold tensors that the shard index does not have there")
    return dict(tensors)


def _check_files(folder: Path) -> None:
    files = sorted(path.name for path in folder.iterdir())
    check_safetensors(files, files, f"The model in {folder} has no safetensors", ModelError)
    safe = [name for name in files if name.endswith(".safetensors")]
    if SINGLE not in files and INDEX not in files:
        raise ModelError(f"The model in {folder} has {safe[0]}, but neither {SINGLE} nor {INDEX}.")
    if any(re.match(r"shard-\d+-model-", name) for name in safe):
        raise ModelError(f"The model in {folder} is a distributed checkpoint, which is not read.")
    if "adapter_config.json" in files:
        raise ModelError(
            f"The model in {folder} has an adapter (adapter_config.json), which would not be applied: "
            "merge it into the weights, or remove it."
        )


def _index(folder: Path) -> dict[str, str]:
    """Tensor name to file name, as the shard index has it."""
    found = read_object(folder / INDEX).get("weight_map")
    if not isinstance(found, dict) or not found:
        raise ModelError(f"The shard index {folder / INDEX} has no weight_map.")
    for name, file in found.items():
        if (
            not isinstance(file, str)
            or Path(file).name != file
            or not file.endswith(".safetensors")
        ):
            raise ModelError(
                f"The shard index {folder / INDEX} gives {file!r} as the file of {name}; allowed are "
                "names of safetensors beside it."
            )
    return found


def _tensors(file: Path) -> Iterator[tuple[str, Stored]]:
    # safetensors itself checks the header against the file's size, and the offsets.
    with reading(f"The weights {file}", ModelError), safe_open(file, "pt") as opened:
        for name in opened.keys():  # noqa: SIM118
            tensor = opened.get_slice(name)
            yield name, Stored(file, tensor.get_dtype(), tuple(tensor.get_shape()))


# --- against the architecture ---------------------------------------------------------------------


def _check_buffers(folder: Path, stored: dict[str, Stored], config: PreTrainedConfig) -> None:
    """Raise ModelError if `config` describes buffers far larger than the weights of the files.

    The dry run allocates buffers, such as rotary frequencies, so that a wrong size in a config could
    ask for more memory than there is.
    """
    with reading(f"The model in {folder}", ModelError), _silence(), torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    needed = sum(buffer.numel() for buffer in model.buffers())
    held = sum(prod(tensor.shape) for tensor in stored.values())
    if needed > held + SMALL:
        raise ModelError(
            f"The config in {folder} describes buffers of {needed:,} values, but the weights hold only "
            f"{held:,}."
        )


def _dry_run(folder: Path, config: PreTrainedConfig) -> tuple[PreTrainedModel, dict]:
    """The model without memory (on torch's device `meta`), and transformers' report of the files."""
    with _silence(), reading(f"The model in {folder}", ModelError):
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            config=config,
            device_map="meta",
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # so that all of them are reported with their shapes
        )
        return loaded


@contextmanager
def _silence() -> Iterator[None]:
    """Within: transformers prints nothing; its report is raised as one sentence instead."""
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


def _skipped(name: str, model: PreTrainedModel) -> bool:
    """Whether `name` is a buffer that the architecture's class skips, as Pythia's does."""
    patterns = (*(model._keys_to_ignore_on_load_unexpected or ()), *OLD_BUFFERS)
    return any(re.search(rf"(^|\.)({pattern})$", name) for pattern in patterns)


def _check_count(folder: Path, taken: dict[str, Stored], model: PreTrainedModel) -> None:
    """Raise ModelError unless files and model hold as many values: none skipped, added or used twice."""
    held = sum(prod(tensor.shape) for tensor in taken.values())
    tensors = model.state_dict(keep_vars=True)
    needed = sum({id(tensor): tensor.numel() for tensor in tensors.values()}.values())  # tied: once
    if held != needed:
        odd = min((name for name in taken if name not in tensors), default="none of another name")
        raise ModelError(
            f"The weights in {folder} hold {held:,} values, but {type(model).__name__} takes "
            f"{needed:,}; the first tensor of another name: {odd}."
        )


def _name_in(taken: Collection[str], name: str) -> str | None:
    """The file's name for the model's tensor `name`, with or without the model's prefix."""
    return next((key for key in taken if key == name or name.endswith(f".{key}")), None)


# --- values ---------------------------------------------------------------------------------------


def _check_values(folder: Path, taken: dict[str, Stored]) -> None:
    """Raise ModelError unless every value is finite, also as float32, in which it may be read."""
    sums = {name: _read(taken, name).float().sum(dtype=torch.float64) for name in taken}
    bad = {name for name, total in sums.items() if not total.isfinite()}
    _refuse(folder, bad, "hold values that are not finite")


def _check_ties(folder: Path, taken: dict[str, Stored], model: PreTrainedModel) -> None:
    """Raise ModelError if tied tensors differ: transformers would untie them, against the config."""
    for target, source in model.all_tied_weights_keys.items():
        one, other = _name_in(taken, target), _name_in(taken, source)
        if one and other and not torch.equal(_read(taken, one), _read(taken, other)):
            raise ModelError(
                f"The config in {folder} ties {target} to {source} (tie_word_embeddings), but the "
                "weights hold both, and they differ: set it to false to use both."
            )


def _read(taken: dict[str, Stored], name: str) -> torch.Tensor:
    with (
        reading(f"The weights {taken[name].file}", ModelError),
        safe_open(taken[name].file, "pt") as opened,
    ):
        return opened.get_tensor(name)
