"""Tokenizers are loaded, asked what they prepend, and refused if they are damaged."""

import json
from pathlib import Path

import pytest
from tiny_models import save_tokenizer
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, trainers
from tokenizers.pre_tokenizers import ByteLevel, Digits, Metaspace, PreTokenizer, Sequence, Split
from tokenizers.processors import TemplateProcessing
from transformers import AutoTokenizer
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

from token_influence.errors import ModelError
from token_influence.models.tokenizers import (
    HARD_TEXT,
    KNOWN_PARAGRAPH,
    begin_of_text_id,
    load_tokenizer,
)


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


BYTES = ByteLevel(add_prefix_space=False)
SPLIT_DIGITS = Sequence([Digits(individual_digits=True), BYTES])
QWEN2 = Sequence(
    [
        Split(Regex(PRETOKENIZE_REGEX), "isolated"),
        ByteLevel(add_prefix_space=False, use_regex=False),
    ]
)


def byte_level(steps: PreTokenizer, normaliser: normalizers.Normalizer | None = None) -> Tokenizer:
    """Byte-level BPE that has merged digits and blank lines wherever `steps` allow it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = steps, decoders.ByteLevel()
    if normaliser is not None:
        tokenizer.normalizer = normaliser
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [KNOWN_PARAGRAPH, HARD_TEXT, "1863 1863\n\n\n\n é é 12345"] * 3
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken("    ", normalized=True), AddedToken("  ", normalized=False)])
    return tokenizer


def word_pieces(
    steps: PreTokenizer | None, normaliser: normalizers.Normalizer | None, *special: str
) -> Tokenizer:
    """BPE with byte fallback, as SentencePiece's models become."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    for name, step in (("pre_tokenizer", steps), ("normalizer", normaliser)):
        if step is not None:
            setattr(tokenizer, name, step)
    values = [f"<0x{value:02X}>" for value in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=[*special, *values], show_progress=False
    )
    tokenizer.train_from_iterator([KNOWN_PARAGRAPH] * 3, trainer)
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if t["content"] not in values]
    return Tokenizer.from_str(json.dumps(state))


def save(tokenizer: Tokenizer, folder: Path, tokenizer_class: str) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = json.dumps({"tokenizer_class": tokenizer_class})
    (folder / "tokenizer_config.json").write_text(settings)


LLAMA = ("<unk>", "<s>", "</s>")
GEMMA = ("<pad>", "<eos>", "<bos>", "<unk>")
PREPEND = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
UNDERSCORES = normalizers.Replace(" ", "▁")


@pytest.mark.parametrize("saved_again", [False, True])
@pytest.mark.parametrize(
    ("tokenizer", "tokenizer_class"),
    [
        (byte_level(BYTES), "GPT2Tokenizer"),
        (byte_level(BYTES, normalizers.NFC()), "GPTNeoXTokenizer"),
        (byte_level(QWEN2, normalizers.NFC()), "Qwen2Tokenizer"),
        (byte_level(SPLIT_DIGITS, normalizers.NFKC()), "PreTrainedTokenizerFast"),
        (word_pieces(None, PREPEND, *LLAMA), "LlamaTokenizer"),
        (
            word_pieces(Metaspace(prepend_scheme="first", split=False), None, *LLAMA),
            "LlamaTokenizer",
        ),
        (word_pieces(None, UNDERSCORES, *GEMMA), "GemmaTokenizer"),
        (
            word_pieces(Split(" ", "merged_with_previous"), UNDERSCORES, *GEMMA),
            "GemmaTokenizer",
        ),
    ],
)
def test_tokenizers_of_common_models_are_loaded(
    tmp_path: Path, tokenizer: Tokenizer, tokenizer_class: str, saved_again: bool
) -> None:
    save(tokenizer, tmp_path, tokenizer_class)
    if saved_again:
        AutoTokenizer.from_pretrained(tmp_path).save_pretrained(tmp_path)
    loaded = load_tokenizer(tmp_path)(HARD_TEXT, add_special_tokens=False)["input_ids"]
    assert loaded == tokenizer.encode(HARD_TEXT, add_special_tokens=False).ids


@pytest.mark.parametrize(
    "tokenizer",
    [
        byte_level(SPLIT_DIGITS),
        byte_level(SPLIT_DIGITS, normalizers.NFC()),
        byte_level(BYTES, normalizers.NFKC()),
    ],
)
@pytest.mark.parametrize(
    "tokenizer_class", ["GPT2Tokenizer", "GPTNeoXTokenizer", "CodeGenTokenizer", "Qwen2Tokenizer"]
)
def test_a_class_with_other_steps_than_the_file_is_refused(
    tmp_path: Path, tokenizer: Tokenizer, tokenizer_class: str
) -> None:
    save(tokenizer, tmp_path, tokenizer_class)
    with pytest.raises(ModelError, match=rf"tokenizer\.json alone .* {tokenizer_class}\)"):
        load_tokenizer(tmp_path)


def test_a_class_that_prepends_another_token_than_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_tokenizer(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        "<s> $A", special_tokens=[("<s>", 1)]
    )
    monkeypatch.setattr(AutoTokenizer, "from_pretrained", lambda *_, **__: tokenizer)
    with pytest.raises(ModelError, match=r"tokenizer\.json alone prepends another"):
        load_tokenizer(tmp_path)


@pytest.mark.parametrize("tokenizer_class", ["PreTrainedTokenizerFast", "GPT2Tokenizer"])
def test_a_tokenizer_with_dropout_is_refused(tmp_path: Path, tokenizer_class: str) -> None:
    tokenizer = byte_level(BYTES)
    tokenizer.model.dropout = 0.002
    save(tokenizer, tmp_path, tokenizer_class)
    with pytest.raises(ModelError, match=r"has a dropout of 0\.002, so its tokens would be random"):
        load_tokenizer(tmp_path)
