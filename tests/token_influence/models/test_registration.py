"""A checkpoint is registered if it is what the config says."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_checkpoints import prepare
from tiny_models import build, write_gguf

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.loading import load_model
from token_influence.models.registration import check_context, check_loss, mean_loss
from token_influence.models.tokenizers import KNOWN_PARAGRAPH, load_tokenizer


def test_mean_loss_is_the_cross_entropy(folder: Path) -> None:
    model, tokenizer = load_model(folder, device="cpu"), load_tokenizer(folder)
    ids = torch.tensor(tokenizer("abcab")["input_ids"])
    log_p = model(input_ids=ids[None]).logits[0].log_softmax(-1)
    expected = -sum(log_p[k, ids[k + 1]] for k in range(len(ids) - 1)) / (len(ids) - 1)
    assert mean_loss(model, tokenizer, "abcab") == pytest.approx(expected.item(), rel=1e-5)


def test_the_loss_is_bounded(folder: Path) -> None:
    loss = mean_loss(load_model(folder, device="cpu"), load_tokenizer(folder), KNOWN_PARAGRAPH[:20])
    assert loss > 0
    with pytest.raises(ModelError, match=r"loss of .* should be below 0\.5"):
        check_loss(folder, 0.5)


def test_a_shorter_context_than_registered_is_refused(folder: Path) -> None:
    check_context(read_config(folder), 32)
    with pytest.raises(ModelError, match=r"at most 32 tokens, but the config registers .* 33"):
        check_context(read_config(folder), 33)


def test_the_manifest_tells_origin_shape_and_files(recipe):
    manifest = prepare(recipe)
    assert manifest["licence"] == "own"
    assert manifest["revision"] == "local"
    assert manifest["facts"]["architecture"] == "LlamaForCausalLM"
    assert manifest["facts"]["context"] == 32
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= manifest["files"].keys()


@pytest.mark.parametrize(
    ("pre", "known"), [("smollm", True), ("llama-bpe", True), ("gpt-2", True), ("none", False)]
)
def test_the_manifest_tells_which_split_the_gguf_file_names(recipe, pre, known):
    write_gguf(build("llama"), Path(recipe.source["local"]), pre=pre)
    assert prepare(recipe)["tokenizer"] == {"ggml_pre": pre, "known": known}


def test_a_gguf_file_that_names_no_split_has_none_in_its_manifest(recipe):
    assert "tokenizer" not in prepare(recipe)


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
