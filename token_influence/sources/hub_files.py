"""A repo of the Hugging Face hub, its files, and their checksums."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from token_influence.errors import SourceError
from token_influence.sources.archives import UNPACKED_MB, matches, path_fault
from token_influence.sources.checksums import same_fingerprint
from token_influence.sources.weight_formats import check_safetensors

TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model")
MODEL_FILES = (
    "config.json",
    "generation_config.json",
    *TOKENIZERS,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "merges.txt",
    "chat_template.json",
    "*.jinja",
    "model.safetensors",
    "model-*.safetensors",
    "model.safetensors.index.json",
)
# The only files that are read, whatever `files` asks for: nothing that is run or unpickled.
READ = {
    "model": (".json", ".txt", ".model", ".jinja", ".safetensors", ".gguf"),
    "dataset": (".parquet", ".jsonl", ".txt", ".bz2", ".xml"),
}
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")

Entry = tuple[str, int | None, str | None]
"""A file as the hub lists it: name, bytes and checksum, the sha256 or the sha1 of its git blob."""


@dataclass(frozen=True)
class Repo:
    """A repo of the hub at a revision, and the patterns of the files that are wanted of it.

    With `members`, one archive is wanted, and these members of it.
    """

    repo: str
    revision: str
    type: str = "model"
    files: Sequence[str] | None = None
    members: Sequence[str] | None = None
    unpacked_mb: int = UNPACKED_MB

    def __str__(self) -> str:
        return f"the {self.type} repo {self.repo}"


@dataclass(frozen=True)
class HubFile:
    """A file of a repo; `digest` is its sha256 or, if the hub states only that, its git blob's sha1."""

    name: str
    bytes: int
    digest: str

    def verify(self, path: Path, what: str) -> None:
        """Raise SourceError, which calls the file `what`, unless the file at `path` is this one."""
        if len(self.digest) == 64:
            same_fingerprint(what, path, self.digest)
        elif (blob := _git_blob(path)) != self.digest:
            raise SourceError(
                f"The checksum of {what} differs: the download has git blob {blob}, expected"
                f" {self.digest}."
            )


def wanted_files(repo: Repo, entries: Sequence[Entry]) -> list[HubFile]:
    """The files among `entries` that `repo` asks for, sorted by name.

    Raises SourceError if a pattern of `files` matches nothing, or a file that is not read; if `members`
    are wanted and it is not one file; or if a model lacks its config, tokenizer or safetensors.
    """
    wanted = _wanted(repo, [name for name, _, _ in entries])
    listed = {entry[0]: _hub_file(entry) for entry in entries if entry[0] in wanted}
    return [listed[name] for name in sorted(listed)]


def _wanted(repo: Repo, names: Sequence[str]) -> set[str]:
    """The names that `repo` asks for; SourceError if one is missing or of a kind that is not read."""
    if repo.files is None:
        chosen = {name for name in names if _top_level(name, MODEL_FILES)}
        _check_model(repo, names, chosen)
        return chosen
    chosen = set()
    for pattern in repo.files:
        found = {name for name in names if matches(name, pattern)}
        if not found:
            raise SourceError(f"{capital(repo)} has no file {pattern!r} at {repo.revision!r}.")
        chosen |= found
    allowed = READ[repo.type] if repo.members is None else ARCHIVES
    for name in sorted(chosen):
        if not name.endswith(allowed):
            raise SourceError(
                f"{name} of {repo} is not fetched: allowed are files that end in"
                f" {', '.join(allowed)}."
            )
        if fault := path_fault(name):
            raise SourceError(f"{capital(repo)} is not safe: its file {name!r} {fault}.")
    if repo.members is not None and len(chosen) > 1:
        raise SourceError(
            f"Members are extracted from one archive, but the files of {repo} match"
            f" {', '.join(sorted(chosen))}."
        )
    return chosen


def _check_model(repo: Repo, names: Iterable[str], chosen: Iterable[str]) -> None:
    """Raise SourceError unless the `chosen` files are all that a model needs."""
    chosen = set(chosen)
    if "config.json" not in chosen:
        raise SourceError(f"{capital(repo)} has no config.json at {repo.revision!r}.")
    subject = f"{capital(repo)} has no safetensors at {repo.revision!r}"
    check_safetensors(chosen, names, subject, SourceError)
    if not chosen & set(TOKENIZERS):
        raise SourceError(f"{capital(repo)} has no tokenizer at {repo.revision!r}.")


def _top_level(name: str, patterns: Iterable[str]) -> bool:
    return "/" not in name and any(matches(name, pattern) for pattern in patterns)


def _hub_file(entry: Entry) -> HubFile:
    name, size, digest = entry
    if size is None or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest or ""):
        raise SourceError(f"The hub states no checksum of {name}.")
    return HubFile(name, size, str(digest))


def capital(repo: Repo) -> str:
    return f"T{str(repo)[1:]}"


def _git_blob(path: Path) -> str:
    """The name that git gives to the content of a file."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
