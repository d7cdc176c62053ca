"""The configuration of a checkpoint, checked before transformers builds anything from it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transformers import AutoConfig, PreTrainedConfig

from token_influence.errors import ModelError
from token_influence.untrusted import reading

LARGEST_JSON = 256_000_000  # bytes; the largest tokenizers and shard indices have about 40 million
# transformers builds a module for each of these, so a wrong number would take hours.
COUNT = re.compile(r"(layers?|blocks|experts|labels)$")
HIGHEST_COUNT = 1024
# Keys that change how the weights are read, in a way that is not measured here, and what to do.
REFUSED = {
    "quantization_config": "the weights are quantised: dequantise them first",
    "compression_config": "the weights are compressed: decompress them first",
    "transformers_weights": "it names other files for the weights than the usual ones: remove it",
    "fusion_config": "it would change the computation: remove it",
}


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in the file at `path`; ModelError if it is no object, or the file too large."""
    with reading(f"The file {path}", ModelError):
        if (size := path.stat().st_size) > LARGEST_JSON:
            raise ModelError(
                f"The file {path} has {size:,} bytes; allowed are at most {LARGEST_JSON:,}."
            )
        content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ModelError(f"The file {path} holds no JSON object, but a {type(content).__name__}.")
    return content


def read_config(folder: str | Path) -> PreTrainedConfig:
    """The architecture's configuration in `folder`.

    Raises ModelError if there is none, it cannot be read, it describes a quantised model, or it has
    more layers (experts, labels) than `HIGHEST_COUNT`.
    """
    path = Path(folder) / "config.json"
    if not path.is_file():
        raise ModelError(f"There is no model in {folder}: its config.json is missing.")
    for key, value in _entries(read_object(path)):
        if value is not None and key in REFUSED:
            raise ModelError(f"The model's config in {folder} has {key}: {REFUSED[key]}.")
        if COUNT.search(key) and isinstance(value, int | float) and value > HIGHEST_COUNT:
            raise ModelError(
                f"The model's config in {folder} has {key}: {value}; allowed are at most "
                f"{HIGHEST_COUNT}."
            )
    with reading(f"The model's config in {folder}", ModelError):
        return AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, of `value` and the objects within it."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as mapping:
                yield from mapping.items()
                waiting.extend(mapping.values())
            case list() as items:
                waiting.extend(items)


def context_length(config: PreTrainedConfig) -> int | None:
    """The longest input in tokens, or None if the architecture has no limit (BLOOM, Mamba)."""
    return getattr(config.get_text_config(), "max_position_embeddings", None)
