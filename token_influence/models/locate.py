"""Resolve `--model`: a folder, a GGUF file, or a repository of the hub."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from token_influence.errors import ModelError, SourceError
from token_influence.files import read_json, write_json
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.registration import prepare_checkpoint
from token_influence.sources.cache import ensure_source
from token_influence.sources.checksums import fingerprint
from token_influence.sources.fetch import fetch

REPOSITORY = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


@dataclass(frozen=True)
class Located:
    """A checkpoint that was resolved.

    `name`: what results call it; `folder`: its files in the Hugging Face layout; `commit`: for a
    repository of the hub, the commit of these files.
    """

    name: str
    folder: Path
    commit: str | None = None


def cache_folder() -> Path:
    """Where downloads and conversions are kept: $XDG_CACHE_HOME/token-influence, or ~/.cache/…."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "token-influence"


def name_of(folder: Path) -> str:
    """The last part of the path as typed; for `.` and `..`, of the folder that they stand for."""
    return folder.name if folder.name not in ("", "..") else folder.resolve().name


def locate(model: str) -> Located:
    """The checkpoint that `model` names, downloaded or converted into `cache_folder()` if need be.

    `model` is a folder in the Hugging Face layout, a file `*.gguf`, or ORGANISATION/NAME on the hub,
    with `@REVISION` for another revision than the main branch. An existing path is taken as a path.

    Raises ModelError or SourceError if there is no such checkpoint.
    """
    path = Path(model)
    if path.is_dir():
        return Located(name_of(path), path)
    if path.is_file():
        if path.suffix != ".gguf":
            raise ModelError(
                f"{model} is a file, but no *.gguf; a model is a folder with config.json, tokenizer "
                "and safetensors, a *.gguf file, or ORGANISATION/NAME on the hub."
            )
        return Located(path.stem, _converted(path))
    repository = REPOSITORY.fullmatch(model)
    if repository is None or model.startswith(("./", "../")):
        raise ModelError(
            f"There is no file or folder {model}, and it isn't a name on the hub either, which would "
            "be ORGANISATION/NAME."
        )
    try:
        return _downloaded(repository["repo"], repository["revision"] or "main")
    except SourceError as error:
        raise SourceError(
            f"There is no folder {model}, and it could not be fetched from the hub: {error}"
        ) from error


def _converted(gguf: Path) -> Path:
    """The folder of the converted GGUF file, converted once for each content."""
    folder = cache_folder() / "gguf" / f"{gguf.stem}-{fingerprint(gguf)['sha256'][:16]}"
    recipe = Recipe({"local": str(gguf), "licence": "not stated"}, "", gguf.name, str(folder))
    manifest = folder / "manifest.json"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if manifest.is_file():
            return ensure_checkpoint(recipe, read_json(manifest))
        registered = prepare_checkpoint(
            recipe,
            fetch(recipe.source, None),
            context=None,
            quantisation="not stated",
            loss_bound=None,
        )
        write_json(registered, manifest)
    return folder


def _downloaded(repo: str, revision: str) -> Located:
    """A repository's files, fetched once for each revision; a branch stays at its first commit."""
    folder = cache_folder() / "hub" / f"{repo}@{revision}".replace("/", "--")
    hub = {"repo": repo, "revision": revision, "type": "model"}
    source = {"hub": hub, "licence": "not stated"}
    manifest = folder.with_name(f"{folder.name}.json")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.manifest.lock")):
        if not manifest.is_file():
            write_json(fetch(source, folder), manifest)
    known = read_json(manifest)
    return Located(repo.split("/")[1], ensure_source(source, folder, known), known["commit"])
