"""GGUF to safetensors: every tensor, the head, the tokenizer, and nothing left of the format."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import build, save_tokenizer, write_gguf
from transformers import LlamaForCausalLM

from token_influence.errors import ModelError
from token_influence.models.gguf import check_against_gguf, convert_gguf
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer


@pytest.fixture(params=["llama", "llama-tied"])
def original(request: pytest.FixtureRequest) -> LlamaForCausalLM:
    return build(request.param)


def test_a_conversion_gives_back_the_model(original: LlamaForCausalLM, tmp_path: Path) -> None:
    write_gguf(original, tmp_path / "m.gguf")
    convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    converted = load_model(tmp_path / "out", device="cpu")
    assert converted.config.tie_word_embeddings == original.config.tie_word_embeddings
    for name, weight in original.state_dict().items():
        assert torch.equal(converted.state_dict()[name], weight), name
    ids = torch.arange(10)[None]
    assert torch.allclose(converted(ids).logits, original(ids).logits, atol=1e-6)


def test_nothing_of_the_quantisation_stays(original: LlamaForCausalLM, tmp_path: Path) -> None:
    write_gguf(original, tmp_path / "m.gguf")
    convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["dtype"] == "float32"
    assert not [key for key in config if "quant" in key or "name_or_path" in key]
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert {path.name for path in tmp_path.iterdir()} == {"m.gguf", "out"}


def test_equal_files_convert_to_equal_bytes(original: LlamaForCausalLM, tmp_path: Path) -> None:
    write_gguf(original, tmp_path / "m.gguf")
    for folder in ("one", "two"):
        convert_gguf(tmp_path / "m.gguf", tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_first_differing_tensor_is_named(original: LlamaForCausalLM, tmp_path: Path) -> None:
    write_gguf(original, tmp_path / "m.gguf")
    convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    path = tmp_path / "out" / "model.safetensors"
    whole = load_file(path)
    name = "model.layers.1.self_attn.k_proj.weight"

    # Not undoing the interleaving of the rows is the mistake that is easiest to make.
    interleaved = whole[name].reshape(2, 2, -1, 16).transpose(1, 2).reshape(8, 16).contiguous()
    save_file(whole | {name: interleaved}, path)
    with pytest.raises(ModelError, match=rf"{name} differs from blk\.1\.attn_k\.weight"):
        check_against_gguf(tmp_path / "m.gguf", tmp_path / "out")

    save_file({key: value for key, value in whole.items() if key != name}, path)
    with pytest.raises(ModelError, match=r"blk\.1\.attn_k\.weight is not in the converted"):
        check_against_gguf(tmp_path / "m.gguf", tmp_path / "out")

    save_file(whole | {"extra.weight": torch.ones(2)}, path)
    with pytest.raises(ModelError, match=r"extra\.weight has no counterpart"):
        check_against_gguf(tmp_path / "m.gguf", tmp_path / "out")


def test_a_failed_conversion_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    write_gguf(build("llama"), tmp_path / "m.gguf")

    def refuse(*_: object) -> None:
        raise ModelError("no")

    monkeypatch.setattr("token_influence.models.gguf.check_against_gguf", refuse)
    with pytest.raises(ModelError):
        convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]


def test_files_beside_the_gguf_file_are_not_taken(tmp_path: Path) -> None:
    for folder in ("alone", "beside"):
        (tmp_path / folder).mkdir()
        write_gguf(build("llama"), tmp_path / folder / "m.gguf")
    build("gpt2").save_pretrained(tmp_path / "beside")
    save_tokenizer(tmp_path / "beside", prepend="<s>")
    for folder in ("alone", "beside"):
        convert_gguf(tmp_path / folder / "m.gguf", tmp_path / folder / "out")
    for path in (tmp_path / "alone/out").iterdir():
        assert path.read_bytes() == (tmp_path / "beside/out" / path.name).read_bytes(), path.name


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no GGUF file"):
        convert_gguf(tmp_path / "none.gguf", tmp_path / "out")
    (tmp_path / "m.gguf").write_bytes(b"GGUF, but not really" * 10)
    with pytest.raises(ModelError, match=r"m\.gguf cannot be read: it is no GGUF"):
        convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("bos", [False, True])
def test_the_file_says_whether_begin_of_text_is_prepended(tmp_path: Path, bos: bool) -> None:
    write_gguf(build("llama"), tmp_path / "m.gguf", bos=bos)
    convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    assert begin_of_text_id(load_tokenizer(tmp_path / "out")) == (1 if bos else None)
