"""Loading models and tokenizers, describing them, and refusing what will not do."""

import hashlib
import json
import socket
from pathlib import Path

import pytest
import torch
from tiny_models import VOCABULARY, build, save_tokenizer

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.description import describe_model
from token_influence.models.loading import load_model, resolve_device
from token_influence.models.registration import check_context, check_loss, mean_loss
from token_influence.models.tokenizers import KNOWN_PARAGRAPH, begin_of_text_id, load_tokenizer
from token_influence.models.vocabulary import check_vocabulary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build("llama").save_pretrained(tmp_path)
    save_tokenizer(tmp_path)
    return tmp_path


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


def test_describe_model_counts_and_hashes(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")
    described = describe_model(folder)
    files = described.pop("files")
    assert described == {
        "architecture": "LlamaForCausalLM",
        "parameters": sum(p.numel() for p in build("llama").parameters()),
        "layers": 2,
        "width": 16,
        "heads": 4,
        "context": 32,
        "vocabulary": VOCABULARY,
        "tied": False,
    }
    assert set(files) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    content = (folder / "model.safetensors").read_bytes()
    assert files["model.safetensors"] == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def test_tied_weights_count_once(tmp_path: Path) -> None:
    model = build("llama-tied")
    model.save_pretrained(tmp_path)
    described = describe_model(tmp_path)
    assert described["tied"] is True
    assert described["parameters"] == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("bos", [None, "<s>"])
def test_begin_of_text_is_what_the_tokenizer_prepends(tmp_path: Path, bos: str | None) -> None:
    save_tokenizer(tmp_path, prepend=bos)
    tokenizer = load_tokenizer(tmp_path)
    assert tokenizer.bos_token_id == 1  # having one is not using it
    assert begin_of_text_id(tokenizer) == (None if bos is None else 1)


def test_two_prepended_tokens_are_refused(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, prepend="<s> <s>")
    with pytest.raises(ModelError, match="prepends 2 tokens"):
        begin_of_text_id(load_tokenizer(tmp_path))


def rewrite(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_tokenizer_must_prepend_what_its_settings_say(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    rewrite(tmp_path / "tokenizer_config.json", add_bos_token=False)
    load_tokenizer(tmp_path)
    save_tokenizer(tmp_path, prepend="<s>")
    rewrite(tmp_path / "tokenizer_config.json", add_bos_token=False)
    with pytest.raises(ModelError, match="add_bos_token is False, but it prepends a begin-of-text"):
        load_tokenizer(tmp_path)


def test_settings_that_change_the_tokens_are_refused(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    added = {"40": {"content": "the", "special": False, "lstrip": False, "rstrip": False,
                    "normalized": False, "single_word": False}}  # fmt: skip
    rewrite(tmp_path / "tokenizer_config.json", added_tokens_decoder=added)
    with pytest.raises(ModelError, match=r"tokenizer\.json alone gives other tokens"):
        load_tokenizer(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", b'{"model": 5}'),
        ("tokenizer.json", b"[]"),
        ("tokenizer.json", b"\xff\xfe"),
        ("tokenizer_config.json", b"[1]"),
        ("tokenizer_config.json", b'{"bos_token": 7, "model_max_length": []}'),
        ("tokenizer_config.json", b'{"added_tokens_decoder": 5}'),
        ("tokenizer_config.json", b"[" * 100_000),
    ],
)
def test_a_damaged_tokenizer_is_one_sentence(tmp_path: Path, file: str, content: bytes) -> None:
    save_tokenizer(tmp_path)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ModelError, match=r"tokenizer") as caught:
        load_tokenizer(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_token_without_an_embedding_is_refused(folder: Path) -> None:
    config, tokenizer = read_config(folder), load_tokenizer(folder)
    check_vocabulary(tokenizer, config)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    check_vocabulary(tokenizer, config)  # never read, as in some published checkpoints
    tokenizer.add_tokens(["whale"])
    with pytest.raises(ModelError, match=r"'whale' has id 42, but the model has only 41 embed"):
        check_vocabulary(tokenizer, config)


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


def test_what_cannot_be_loaded_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model in"):
        load_model(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="Unknown dtype 'int8'; allowed: float32"):
        load_model(folder, dtype="int8")
    with pytest.raises(ModelError, match="'tpu' is not to be had here; allowed: auto"):
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
