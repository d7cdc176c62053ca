"""A checkpoint on disk, and the small manifest that stands for it.

Later jobs depend on the manifest by content. The files behind it are a verified cache: where they
are missing, as in a clone that has only results, the job that needs them builds them again, and
they must then be what the manifest says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.gguf import convert_gguf
from token_influence.models.loading import (
    architecture,
    check_context,
    check_facts,
    check_loss,
    check_vocabulary,
    describe_files,
    describe_model,
    load_tokenizer,
)
from token_influence.models.weights import check_weights
from token_influence.sources.fetch import ensure_source


@dataclass(frozen=True)
class Recipe:
    """How a checkpoint comes about.

    `source` is the configured source and `source_folder` where its files lie (for a local one,
    they stay at its path); of a model that was trained here, `source` is its name under the key
    `training`. `gguf` names the member to convert, or is None where the source is in the Hugging
    Face layout already; `folder` holds the checkpoint in that layout.
    """

    source: Mapping[str, Any]
    source_folder: str
    gguf: str | None
    folder: str


def prepare_checkpoint(
    recipe: Recipe,
    fetched: Mapping[str, Any],
    *,
    context: int | None,
    quantisation: str,
    loss_bound: float | None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build the checkpoint, check it against what is registered of it, and return its manifest.

    `fetched` is the manifest of its source. The checkpoint's holds `source`, `fetched`, `licence`,
    `revision`, `quantisation`, `loss_on_known_paragraph` (nats per token, or None), `facts`
    (architecture, parameters, layers, …) and `files` (sha256 and bytes of each). Raises ModelError
    where the weights are not the ones that the architecture needs (`check_weights`), the tokenizer
    won't do, the checkpoint has other sizes than the registered `facts`, reads fewer tokens than the
    registered `context` (where they are), its loss on a known paragraph is not below `loss_bound`,
    or it cannot be converted.
    """
    _build(recipe, fetched)
    config = read_config(recipe.folder)
    check_weights(recipe.folder, config)
    check_vocabulary(load_tokenizer(recipe.folder), config)
    if context is not None:
        check_context(config, context)
    check_facts(architecture(recipe.folder), facts or {})
    loss = None if loss_bound is None else check_loss(recipe.folder, loss_bound)
    described = describe_model(recipe.folder)
    files = described.pop("files")
    return {
        "source": {key: value for key, value in recipe.source.items() if key != "licence"},
        "fetched": dict(fetched),
        "licence": recipe.source["licence"],
        "revision": _revision(fetched),
        "quantisation": quantisation,
        "loss_on_known_paragraph": None if loss is None else round(loss, 4),
        "facts": described,
        "files": files,
    }


def ensure_checkpoint(recipe: Recipe, manifest: Mapping[str, Any]) -> Path:
    """The checkpoint's folder, its files verified against `manifest` and built again if need be.

    Raises ModelError where a local checkpoint is not what the manifest says, or a rebuilt one isn't.
    """
    folder = Path(recipe.folder)
    if _files(folder) == manifest["files"]:
        return folder
    if recipe.gguf is None and "local" in recipe.source:
        raise ModelError(f"The checkpoint in {folder} changed meanwhile: run again.")
    if "training" in recipe.source:
        raise ModelError(
            f"The checkpoint in {folder} is missing or damaged, and only its training makes it again: "
            "run snakemake --forcerun train_model."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Not the name that ensure_source locks beside a fetched source, which may be this folder.
    with FileLock(folder.with_name(f".{folder.name}.checkpoint.lock")):
        # Another job may have built it while this one waited.
        if _files(folder) != manifest["files"]:
            _build(recipe, manifest["fetched"])
        if _files(folder) != manifest["files"]:
            raise ModelError(
                f"The checkpoint in {folder}, built again because files were missing or damaged, is "
                "not the one of its manifest: delete the manifest to accept it and re-run its arms."
            )
    return folder


def _build(recipe: Recipe, fetched: Mapping[str, Any]) -> None:
    root = ensure_source(recipe.source, recipe.source_folder, dict(fetched))
    if recipe.gguf is not None:
        convert_gguf(root if root.is_file() else root / recipe.gguf, recipe.folder)


def _files(folder: Path) -> dict[str, Any] | None:
    return describe_files(folder) if (folder / "config.json").is_file() else None


def _revision(fetched: Mapping[str, Any]) -> str:
    """What names this state of the source: a package's version, a repo's commit, or 'local'."""
    match fetched["kind"]:
        case "package":
            return f"{fetched['name']} {fetched['version']}"
        case "join":
            return f"{fetched['parts'][0]['name']} {fetched['parts'][0]['version']}"
        case "hub":
            return f"{fetched['repo']} {fetched['commit']}"
        case "url":
            return f"{fetched['file']} {fetched['sha256'][:12]}"
    return "local"
