"""A checkpoint's files are a cache behind its manifest: restored, verified, never silently other."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from tiny_models import build, write_gguf

from token_influence.errors import ModelError, SourceError
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.registration import prepare_checkpoint
from token_influence.sources.fetch import fetch

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


def prepare(recipe: Recipe, **changes: object) -> dict:
    fetched = fetch(recipe.source, recipe.source_folder)
    return prepare_checkpoint(recipe, fetched, **(REGISTERED | changes))


def test_the_manifest_tells_origin_shape_and_files(recipe):
    manifest = prepare(recipe)
    assert manifest["licence"] == "own"
    assert manifest["revision"] == "local"
    assert manifest["facts"]["architecture"] == "LlamaForCausalLM"
    assert manifest["facts"]["context"] == 32
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= manifest["files"].keys()


def test_missing_and_damaged_files_are_built_again_to_the_same_bytes(recipe):
    manifest = prepare(recipe)
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


def test_less_context_than_registered_is_told(recipe):
    with pytest.raises(ModelError, match=r"at most 32 tokens, but .* 64"):
        prepare(recipe, context=64)


def test_a_loss_that_is_not_below_its_bound_is_told(recipe):
    with pytest.raises(ModelError, match="known paragraph"):
        prepare(recipe, loss_bound=0.1)


def test_a_checkpoint_that_lacks_tensors_gets_no_manifest(recipe):
    prepare(recipe)
    weights = load_file(Path(recipe.folder) / "model.safetensors")
    kept = {name: weights[name] for name in sorted(weights)[9:]}
    save_file(kept, Path(recipe.folder) / "model.safetensors", {"format": "pt"})
    own = replace(recipe, source={"local": recipe.folder, "licence": "own"}, gguf=None)
    with pytest.raises(ModelError, match=r"lack tensors .*: 9, the first lm_head\.weight\."):
        prepare(own)


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ("model.safetensors", r"has no safetensors, only pytorch_model\.bin; weights in other"),
        ("tokenizer*", r"has no tokenizer"),
        ("config.json", r"config\.json is missing"),
    ],
)
def test_a_folder_that_lacks_something_is_told(recipe, tmp_path, lost, sentence):
    prepare(recipe)
    for path in Path(recipe.folder).glob(lost):
        path.unlink()
    (Path(recipe.folder) / "pytorch_model.bin").write_bytes(b"pickled")
    own = replace(recipe, source={"local": recipe.folder, "licence": "own"}, gguf=None)
    with pytest.raises(ModelError, match=sentence) as caught:
        prepare(own)
    assert "\n" not in str(caught.value)
