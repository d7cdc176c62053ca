"""Loading models and tokenizers, describing them, and refusing what will not do."""

import json
import socket
from pathlib import Path

import pytest
import torch
from tiny_models import build

from token_influence.errors import ModelError
from token_influence.models.loading import load_model, resolve_device
from token_influence.models.tokenizers import load_tokenizer


def test_a_loaded_model_is_frozen_and_in_eval_mode(folder: Path) -> None:
    model = load_model(folder, device="cpu", attention="sdpa", dtype="float64")
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert model.dtype == torch.float64
    assert model.config._attn_implementation == "sdpa"
    for name, weight in build("llama", torch.float64).state_dict().items():
        assert torch.equal(model.state_dict()[name], weight)


def test_nothing_is_asked_of_a_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_model(folder, device="cpu")
    load_tokenizer(folder)


def test_random_weights_come_from_the_seed_alone(folder: Path) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first = load_model(folder, weights="random", seed=0, device="cpu").state_dict()
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(6)
    again = load_model(folder, weights="random", seed=0, device="cpu").state_dict()
    other = load_model(folder, weights="random", seed=1, device="cpu").state_dict()
    name = "model.layers.0.self_attn.q_proj.weight"
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first[name], other[name])
    assert not torch.equal(first[name], build("llama").state_dict()[name])
    # The architecture's own scheme: normal with the config's spread.
    assert first[name].std().item() == pytest.approx(0.15, rel=0.2)


def test_what_cannot_be_loaded_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model in"):
        load_model(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="Unknown dtype 'int8'; allowed: float32"):
        load_model(folder, dtype="int8")
    with pytest.raises(ModelError, match="'tpu' is not available; allowed: auto"):
        load_model(folder, device="tpu")
    with pytest.raises(ModelError, match="Random weights need a seed"):
        load_model(folder, weights="random")
    (folder / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(ModelError, match=r"model\.safetensors cannot be read"):
        load_model(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="has no safetensors"):
        load_model(folder)


def test_code_from_the_folder_is_never_run(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text("raise SystemExit('the folder took over')")
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(folder)


def test_auto_takes_a_device_that_is_there() -> None:
    assert resolve_device("auto") in {"cpu", "cuda", "mps"}
    assert resolve_device("cpu") == "cpu"
