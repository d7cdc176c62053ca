"""Weights that are not exactly what the architecture needs: never measured, each with its sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import ARCHITECTURES, build

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.loading import load_model
from token_influence.models.weights import check_weights, stored_dtypes

Tensors = dict[str, torch.Tensor]
NORM = "model.norm.weight"


def save(name: str, folder: Path) -> Path:
    build(name).save_pretrained(folder)
    return folder


def change(folder: Path, edit: Callable[[Tensors], Tensors]) -> None:
    file = folder / "model.safetensors"
    save_file({k: v.contiguous() for k, v in edit(load_file(file)).items()}, file, {"format": "pt"})


def configure(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))


def check(folder: Path) -> None:
    check_weights(folder, read_config(folder))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_an_architecture_saves_passes_and_each_tensor_is_needed(name, tmp_path) -> None:
    check(save(name, tmp_path))
    lost = sorted(load_file(tmp_path / "model.safetensors"))[len(name) % 7]
    change(tmp_path, lambda tensors: {k: v for k, v in tensors.items() if k != lost})
    with pytest.raises(ModelError, match=r"lack tensors|other shapes|cannot be read"):
        check(tmp_path)


def without(*names: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {k: v for k, v in tensors.items() if k not in names}


def nine_less(tensors: Tensors) -> Tensors:
    return {name: tensors[name] for name in sorted(tensors)[9:]}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (nine_less, r"lack tensors that LlamaForCausalLM needs: 9, the first lm_head\.weight"),
        (without("lm_head.weight"), r"lack tensors .*: 1, the first lm_head\.weight"),
        (lambda t: t | {"extra": torch.ones(2)}, r"does not have: 1, the first extra\."),
        (
            lambda t: t | {NORM: torch.ones(3)},
            r"first model\.norm\.weight \[3\] in place of \[16\]",
        ),
        (lambda t: t | {NORM: torch.ones(16) * torch.inf}, r"not finite: 1, the first model\.norm"),
        (lambda t: t | {NORM: torch.ones(16) * torch.nan}, r"not finite: 1, the first model\.norm"),
        (lambda t: t | {NORM: torch.ones(16).double() * 1e300}, r"not finite: 1"),
        (lambda t: t | {NORM: torch.ones(16, dtype=torch.int8)}, r"norm\.weight as I8"),
        (
            lambda t: t | {"norm.weight": torch.ones(16)},
            r"5,248 values.* takes 5,232; .*norm\.weight",
        ),
        (lambda t: {f"x.{k}": v for k, v in t.items()}, r"lack tensors"),
    ],
)
def test_other_weights_are_refused(tmp_path, edit, sentence) -> None:
    save("llama", tmp_path)
    change(tmp_path, edit)
    with pytest.raises(ModelError, match=sentence) as caught:
        load_model(tmp_path, device="cpu")
    assert "\n" not in str(caught.value)


def test_weights_of_another_architecture_are_refused(tmp_path) -> None:
    save("llama", tmp_path)
    build("gpt-neox").config.save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="lack tensors that GPTNeoXForCausalLM needs: 27"):
        load_model(tmp_path, device="cpu")


def test_a_config_of_a_giant_allocates_nothing(tmp_path) -> None:
    save("llama", tmp_path)
    configure(tmp_path, vocab_size=10**12)
    with pytest.raises(ModelError, match=r"\[41, 16\] in place of \[1000000000000, 16\]"):
        load_model(tmp_path, device="cpu")


def test_ties_are_those_of_the_config(tmp_path) -> None:
    save("llama-tied", tmp_path)
    assert "lm_head.weight" not in load_file(tmp_path / "model.safetensors")
    load_model(tmp_path, device="cpu")
    change(tmp_path, lambda t: t | {"lm_head.weight": t["model.embed_tokens.weight"].clone()})
    load_model(tmp_path, device="cpu")
    change(tmp_path, lambda t: t | {"lm_head.weight": t["lm_head.weight"] + 1})
    with pytest.raises(ModelError, match=r"ties lm_head\.weight to model\.embed_tokens\.weight"):
        load_model(tmp_path, device="cpu")
    configure(tmp_path, tie_word_embeddings=False)
    head = load_model(tmp_path, device="cpu").lm_head.weight
    assert torch.equal(head, load_file(tmp_path / "model.safetensors")["lm_head.weight"])
    change(tmp_path, without("lm_head.weight"))
    with pytest.raises(ModelError, match=r"lack tensors .*: 1, the first lm_head\.weight"):
        load_model(tmp_path, device="cpu")


def test_buffers_of_old_checkpoints_are_skipped_and_nothing_else(tmp_path) -> None:
    """As the published Pythia and GPT-2 have them."""
    save("gpt-neox", tmp_path / "pythia")
    layer, mask = "gpt_neox.layers.0.attention", torch.ones(1, 1, 32, 32, dtype=torch.uint8)
    old = {
        f"{layer}.bias": mask,
        f"{layer}.masked_bias": torch.tensor(-1e9),
        f"{layer}.rotary_emb.inv_freq": torch.ones(2),
    }
    change(tmp_path / "pythia", lambda tensors: tensors | old)
    load_model(tmp_path / "pythia", device="cpu")
    change(tmp_path / "pythia", lambda tensors: tensors | {f"{layer}.other.bias": mask})
    with pytest.raises(ModelError, match=r"does not have: 1, the first .*other\.bias"):
        load_model(tmp_path / "pythia", device="cpu")

    save("gpt2", tmp_path / "gpt2")
    bare = {"h.0.attn.bias": mask}
    change(
        tmp_path / "gpt2",
        lambda tensors: {k.removeprefix("transformer."): v for k, v in tensors.items()} | bare,
    )
    original, loaded = build("gpt2"), load_model(tmp_path / "gpt2", device="cpu")
    assert all(
        torch.equal(a, b) for a, b in zip(original.parameters(), loaded.parameters(), strict=True)
    )
    # transformers would skip this one by the pattern that is meant for the mask.
    change(tmp_path / "gpt2", lambda tensors: tensors | {"h.9.attn.c_attn.bias": torch.ones(48)})
    with pytest.raises(ModelError, match=r"7,808 values.* takes 7,760"):
        load_model(tmp_path / "gpt2", device="cpu")


def test_the_dtype_of_the_files_is_told(tmp_path) -> None:
    save("llama", tmp_path)
    change(tmp_path, lambda tensors: {k: v.bfloat16() for k, v in tensors.items()})
    assert load_model(tmp_path, device="cpu").dtype == torch.float32
    assert stored_dtypes(tmp_path) == ["BF16"]


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    build("llama").save_pretrained(tmp_path, max_shard_size="6KB")
    check(tmp_path)
    return tmp_path


def index(folder: Path, edit: Callable[[dict], None]) -> None:
    path = folder / "model.safetensors.index.json"
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            lambda c: c["weight_map"].pop(NORM),
            r"shard index does not have there: 1, .*norm\.weight",
        ),
        (
            lambda c: c["weight_map"].update(x=c["weight_map"][NORM]),
            r"of the shard index: 1, .* x in",
        ),
        (lambda c: c["weight_map"].update(x="absent.safetensors"), r"first absent\.safetensors"),
        (lambda c: c["weight_map"].update(x="../a.safetensors"), r"gives '\.\./a\.safetensors' as"),
        (lambda c: c["weight_map"].update(x="x.bin"), r"gives 'x\.bin' as the file of x"),
        (lambda c: c["weight_map"].update(x=5), r"gives 5 as the file of x"),
        (lambda c: c.pop("weight_map"), r"has no weight_map"),
        (lambda c: c.update(weight_map=[1]), r"has no weight_map"),
        (lambda c: c.update(weight_map={}), r"has no weight_map"),
        (lambda c: c.pop("metadata"), r"cannot be read: KeyError 'metadata'"),
    ],
)
def test_a_shard_index_that_is_not_the_shards_is_refused(sharded, edit, sentence) -> None:
    index(sharded, edit)
    with pytest.raises(ModelError, match=sentence):
        load_model(sharded, device="cpu")


def test_shards_that_are_missing_or_beside_a_single_file_are_refused(sharded) -> None:
    (sharded / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="has both"):
        load_model(sharded, device="cpu")
    (sharded / "model.safetensors").unlink()
    next(sharded.glob("*.safetensors")).unlink()
    with pytest.raises(ModelError, match="lack files of the shard index: 1, the first model-0"):
        load_model(sharded, device="cpu")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("adapter_config.json", "has an adapter"),
        ("shard-00000-model-00000-of-00001.safetensors", "is a distributed checkpoint"),
    ],
)
def test_files_that_would_be_taken_or_left_quietly_are_refused(tmp_path, name, sentence) -> None:
    (save("llama", tmp_path) / name).write_text("{}")
    with pytest.raises(ModelError, match=sentence):
        load_model(tmp_path, device="cpu")


def test_safetensors_of_another_name_are_refused(tmp_path) -> None:
    (save("llama", tmp_path) / "model.safetensors").rename(tmp_path / "consolidated.safetensors")
    with pytest.raises(ModelError, match=r"has consolidated\.safetensors, but neither"):
        load_model(tmp_path, device="cpu")


def header(tensors: object, data: bytes = b"\0" * 64) -> bytes:
    text = json.dumps(tensors).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        (2**62).to_bytes(8, "little") + b"{}",
        header([1]),
        header({NORM: {"dtype": "F32", "shape": [16], "data_offsets": [0, 2**40]}}),
        header({NORM: {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 64]}}),
        header({NORM: {"dtype": "F32", "shape": [2**63, 2**63], "data_offsets": [0, 64]}}),
        header({NORM: {"dtype": "F99", "shape": [16], "data_offsets": [0, 64]}}),
        header({NORM: {"dtype": "F32", "shape": [16], "data_offsets": [0, 64]}}, b"\0" * 999),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path, content) -> None:
    (save("llama", tmp_path) / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.safetensors cannot be read"):
        load_model(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"num_hidden_layers": 2**31},
            "has num_hidden_layers: 2147483648; allowed are at most 1024",
        ),
        ({"num_labels": 10**9}, "has num_labels"),
        (
            {"quantization_config": {"quant_method": "gptq"}},
            "has quantization_config: the weights are",
        ),
        ({"transformers_weights": "x.safetensors"}, "has transformers_weights"),
        ({"fusion_config": {"patch_embeddings": True}}, "has fusion_config"),
        ({"head_dim": 2**31}, "but the weights hold only 5,232"),
        ({"num_attention_heads": 0}, "cannot be read"),
        ({"hidden_size": "wide"}, "cannot be read"),
        ({"vocab_size": None}, "cannot be read"),
        ({"rope_parameters": 5}, "cannot be read"),
        ({"model_type": ["llama"]}, "cannot be read"),
        ({"model_type": "no-such"}, "cannot be read"),
    ],
)
def test_a_config_that_will_not_do_is_one_sentence(tmp_path, changes, sentence) -> None:
    configure(save("llama", tmp_path), **changes)
    with pytest.raises(ModelError, match=sentence) as caught:
        load_model(tmp_path, device="cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"[]", b"\xff", b"{", b"[" * 100_000, b"", b"null"])
def test_a_config_that_is_no_object_is_one_sentence(tmp_path, content) -> None:
    (save("llama", tmp_path) / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json (cannot be read|holds no JSON object)"):
        load_model(tmp_path, device="cpu")
