"""A checkpoint's files are a cache behind its manifest: restored, verified, never silently other."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_checkpoints import prepare
from tiny_models import build, write_gguf

from token_influence.errors import ModelError, SourceError
from token_influence.models import checkpoints
from token_influence.models.building import restore_checkpoint
from token_influence.models.checkpoints import checkpoint_files, ensure_checkpoint
from token_influence.provenance.records import record_path
from token_influence.sources.fetch import fetch


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are built again without a process that would import torch anew."""
    monkeypatch.setattr(checkpoints, "run_outside", lambda _, asked: restore_checkpoint(**asked))


def test_a_missing_folder_is_built_again_by_another_process_to_the_same_bytes(recipe):
    manifest = prepare(recipe)
    weights = Path(recipe.folder) / "model.safetensors"
    whole = weights.read_bytes()
    shutil.rmtree(recipe.folder)
    assert ensure_checkpoint(recipe, manifest) == Path(recipe.folder)
    assert weights.read_bytes() == whole


@pytest.mark.usefixtures("in_this_process")
def test_missing_and_damaged_files_are_built_again_to_the_same_bytes(recipe):
    manifest = prepare(recipe)
    weights = Path(recipe.folder) / "model.safetensors"
    whole = weights.read_bytes()
    for damage in (weights.unlink, lambda: weights.write_bytes(whole[:-8])):
        damage()
        ensure_checkpoint(recipe, manifest)
        assert weights.read_bytes() == whole


@pytest.mark.usefixtures("in_this_process")
def test_a_rebuilt_checkpoint_that_is_another_is_refused(recipe):
    manifest = prepare(recipe)
    shutil.rmtree(recipe.folder)
    Path(recipe.source["local"]).unlink()
    write_gguf(build("llama-tied"), Path(recipe.source["local"]))
    with pytest.raises(SourceError, match="changed meanwhile"):
        ensure_checkpoint(recipe, manifest)
    manifest["fetched"] = fetch(recipe.source, recipe.source_folder)
    with pytest.raises(ModelError, match="not the one of its manifest"):
        ensure_checkpoint(recipe, manifest)


def test_a_local_checkpoint_that_changed_is_refused_and_left_alone(recipe, tmp_path):
    prepare(recipe)
    own = replace(recipe, source={"local": recipe.folder, "licence": "own"}, gguf=None)
    manifest = prepare(own)
    assert ensure_checkpoint(own, manifest) == Path(recipe.folder)
    config = Path(recipe.folder) / "generation_config.json"
    config.write_text("{}")
    with pytest.raises(ModelError, match="changed meanwhile: run again"):
        ensure_checkpoint(own, manifest)
    assert config.read_text() == "{}"


def test_a_manifest_and_its_record_are_no_files_of_the_checkpoint(recipe):
    manifest = prepare(recipe)
    files = checkpoint_files(recipe.folder)
    for path in (
        Path(recipe.folder) / "manifest.json",
        record_path(f"{recipe.folder}/manifest.json"),
    ):
        path.write_text("{}")
    assert checkpoint_files(recipe.folder) == files == manifest["files"]
