"""A tiny model in a folder, and one as a local GGUF file."""

from pathlib import Path

import pytest
from tiny_models import build, save_tokenizer, write_gguf

from token_influence.models.checkpoints import Recipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build("llama").save_pretrained(tmp_path)
    save_tokenizer(tmp_path)
    return tmp_path


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """A local GGUF file, to be converted."""
    write_gguf(build("llama"), tmp_path / "tiny.gguf")
    return Recipe(
        source={"local": str(tmp_path / "tiny.gguf"), "licence": "own"},
        source_folder=str(tmp_path / "unused"),
        gguf="tiny.gguf",
        folder=str(tmp_path / "model"),
    )
