"""A new kind of source is added in the files that docs/sources.md names, and in no other."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from tiny_study import REPOSITORY

from token_influence.errors import SourceError
from token_influence.models.registration import _revision
from token_influence.sources import fetch as fetching
from token_influence.sources.cache import ensure_source
from token_influence.sources.checksums import fingerprint
from token_influence.sources.fetch import fetch
from token_influence.sources.folders import fresh_folder
from token_influence.sources.sizes import download_bytes

KINDS = {"package", "join", "hub", "url", "local"}


def written(pins: dict[str, str], licence: str | None, folder: Path, known: Any) -> dict[str, Any]:
    """A kind whose content stands in the config."""
    with fresh_folder(Path(folder), pins["name"]) as (_, files):
        (files / pins["name"]).write_text(pins["text"])
        members = {pins["name"]: fingerprint(files / pins["name"])}
    return {
        "kind": "written",
        "revision": f"{pins['name']} as written",
        "licence": licence,
        "members": members,
    }


def test_a_kind_that_is_registered_is_fetched_verified_and_named(tmp_path, monkeypatch):
    source = {"written": {"name": "a.txt", "text": "a text"}, "licence": "own"}
    with pytest.raises(SourceError, match="exactly one of package, join, hub, url, local"):
        fetch(source, tmp_path / "files")
    monkeypatch.setitem(fetching.KINDS, "written", written)
    manifest = fetch(source, tmp_path / "files")
    assert ensure_source(source, tmp_path / "files", manifest) == tmp_path / "files"
    assert (tmp_path / "files/a.txt").read_text() == "a text"
    assert _revision(manifest) == "a.txt as written"
    assert download_bytes(source) is None


def test_only_the_files_that_the_docs_name_know_the_kinds():
    docs = (REPOSITORY / "docs/sources.md").read_text(encoding="utf-8")
    section = docs.partition("## A new kind\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(token_influence/[\w/]+\.py)`", section))
    assert named
    knowing = set()
    for file in (REPOSITORY / "token_influence").rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        if "join" in texts or len(texts & KINDS) >= 3:
            knowing.add(file.relative_to(REPOSITORY).as_posix())
    assert knowing <= named
