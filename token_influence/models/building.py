"""A checkpoint's files from its source: fetched, and converted if they are in GGUF.

Run as `python -m`, this module restores lost files for the jobs that need them (see `checkpoints`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from token_influence.models.checkpoints import Recipe, checkpoint_files
from token_influence.models.gguf import convert_gguf
from token_influence.provenance.answering import answer
from token_influence.sources.cache import ensure_source


def build_checkpoint(recipe: Recipe, fetched: Mapping[str, Any]) -> dict[str, Any] | None:
    """Put the checkpoint's files into its folder; `fetched` is the manifest of its source.

    Returns what a GGUF file says of its tokenizer (see `convert_gguf`), otherwise None. Raises
    SourceError or ModelError if the source cannot be fetched again or not be converted.
    """
    root = ensure_source(recipe.source, recipe.source_folder, dict(fetched))
    if recipe.gguf is None:
        return None
    return convert_gguf(root if root.is_file() else root / recipe.gguf, recipe.folder)


def restore_checkpoint(recipe: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Build the checkpoint of `manifest` again, unless another process has just done so.

    `recipe` holds the arguments of `Recipe`.
    """
    made_by = Recipe(**recipe)
    folder = Path(made_by.folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Not the name that restore_source locks beside a fetched source, which may be this folder.
    with FileLock(folder.with_name(f".{folder.name}.checkpoint.lock")):
        if checkpoint_files(folder) != manifest["files"]:
            build_checkpoint(made_by, manifest["fetched"])


if __name__ == "__main__":
    answer(restore_checkpoint)
