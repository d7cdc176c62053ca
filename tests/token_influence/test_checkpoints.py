"""A checkpoint's files are a cache behind its manifest: restored, verified, never silently other."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_models import build, write_gguf

from token_influence.checkpoints import Recipe, ensure_checkpoint, prepare_checkpoint
from token_influence.errors import ModelError

REGISTERED = {"context": 32, "quantisation": "none", "loss_bound": None}


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


def test_the_manifest_tells_origin_shape_and_files(recipe):
    manifest = prepare_checkpoint(recipe, **REGISTERED)
    assert manifest["licence"] == "own"
    assert manifest["revision"] == "local"
    assert manifest["facts"]["architecture"] == "LlamaForCausalLM"
    assert manifest["facts"]["context"] == 32
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= manifest["files"].keys()


def test_missing_and_damaged_files_are_built_again_to_the_same_bytes(recipe):
    manifest = prepare_checkpoint(recipe, **REGISTERED)
    weights = Path(recipe.folder) / "model.safetensors"
    whole = weights.read_bytes()
    for damage in (weights.unlink, lambda: weights.write_bytes(whole[:-8])):
        damage()
        assert ensure_checkpoint(recipe, manifest) == Path(recipe.folder)
        assert weights.read_bytes() == whole
    shutil.rmtree(recipe.folder)
    ensure_checkpoint(recipe, manifest)
    assert weights.read_bytes() == whole


def test_a_rebuilt_checkpoint_that_is_another_is_refused(recipe):
    manifest = prepare_checkpoint(recipe, **REGISTERED)
    shutil.rmtree(recipe.folder)
    Path(recipe.source["local"]).unlink()
    write_gguf(build("llama-tied"), Path(recipe.source["local"]))
    with pytest.raises(ModelError, match="not the one of its manifest"):
        ensure_checkpoint(recipe, manifest)


def test_a_local_checkpoint_that_changed_is_refused_and_left_alone(recipe, tmp_path):
    prepare_checkpoint(recipe, **REGISTERED)
    own = replace(recipe, source={"local": recipe.folder, "licence": "own"}, gguf=None)
    manifest = prepare_checkpoint(own, **REGISTERED)
    assert ensure_checkpoint(own, manifest) == Path(recipe.folder)
    config = Path(recipe.folder) / "generation_config.json"
    config.write_text("{}")
    with pytest.raises(ModelError, match="changed meanwhile: run again"):
        ensure_checkpoint(own, manifest)
    assert config.read_text() == "{}"


def test_less_context_than_registered_is_told(recipe):
    with pytest.raises(ModelError, match=r"at most 32 tokens, but .* 64"):
        prepare_checkpoint(recipe, **(REGISTERED | {"context": 64}))


def test_a_loss_that_is_not_below_its_bound_is_told(recipe):
    with pytest.raises(ModelError, match="known paragraph"):
        prepare_checkpoint(recipe, **(REGISTERED | {"loss_bound": 0.1}))
