"""The files of a checkpoint, verified against its manifest by the jobs that read them.

Later jobs depend on the small manifest by content. The files behind it are a verified cache: if some
are lost, as in a clone that has only results, the job that needs them has them made again by another
process (`provenance.outside`), and they must then be what the manifest says. So no job depends on
how a checkpoint is downloaded or converted.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from token_influence.errors import ModelError
from token_influence.files import sha256
from token_influence.provenance.outside import run_outside
from token_influence.provenance.records import record_path

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Recipe:
    """How a checkpoint is made.

    `source` is the configured source, and `source_folder` holds its files (those of a local source
    stay at its path). For a model that the study trains, `source` is `{"training": its name}`. `gguf`
    names the member to convert, or is None if the source is in the Hugging Face layout already;
    `folder` holds the checkpoint in that layout.
    """

    source: Mapping[str, Any]
    source_folder: str
    gguf: str | None
    folder: str


def ensure_checkpoint(recipe: Recipe, manifest: Mapping[str, Any]) -> Path:
    """The checkpoint's folder, its files verified against `manifest` and restored if need be.

    Raises ModelError if a local checkpoint is not what the manifest says, or a restored one is not;
    SourceError if the source cannot be fetched again.
    """
    folder = Path(recipe.folder)
    if checkpoint_files(folder) == manifest["files"]:
        return folder
    if recipe.gguf is None and "local" in recipe.source:
        raise ModelError(f"The checkpoint in {folder} changed meanwhile: run again.")
    if "training" in recipe.source:
        raise ModelError(
            f"The checkpoint in {folder} is missing or damaged, and only its training makes it again: "
            "run snakemake --forcerun train_model."
        )
    request = {"recipe": asdict(recipe), "manifest": dict(manifest)}
    run_outside("token_influence.models.building", request)
    if checkpoint_files(folder) != manifest["files"]:
        raise ModelError(
            f"The checkpoint in {folder}, made again because files were missing or damaged, is not "
            "the one of its manifest: delete the manifest to accept it and run its arms again."
        )
    return folder


def checkpoint_files(folder: str | Path) -> dict[str, dict[str, Any]]:
    """`sha256` and `bytes` of every file in `folder` by name; empty if there is no checkpoint.

    Subfolders do not count, nor does `manifest.json`, so that the result can be written into it, nor
    the record beside that manifest.
    """
    folder = Path(folder)
    if not (folder / "config.json").is_file():
        return {}
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return {
        path.name: {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in files
        if path.name not in (MANIFEST, record_path(MANIFEST).name)
    }
