"""Tokenizers are loaded, asked what they prepend, and refused if they are damaged."""

import json
from pathlib import Path

import pytest
from tiny_models import save_tokenizer

from token_influence.errors import ModelError
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer


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
