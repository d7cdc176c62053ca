"""A converted tokenizer splits text as its GGUF file says."""

from pathlib import Path

import pytest
from tiny_models import build, write_gguf

from token_influence.models.gguf import convert_gguf
from token_influence.models.gguf_split import named_split
from token_influence.models.tokenizers import load_tokenizer


def pieces(folder: Path, pre: str | None, text: str) -> list[str]:
    """The pieces of `text` between whose ends the converted tokenizer merges nothing."""
    write_gguf(build("llama"), folder / "m.gguf", pre=pre)
    convert_gguf(folder / "m.gguf", folder / "out")
    split = load_tokenizer(folder / "out").backend_tokenizer.pre_tokenizer
    return [text[start:end] for _, (start, end) in split.pre_tokenize_str(text)]


TEXT = "In 1863, a1b.\n\n12 can't"


def test_smollm_takes_every_digit_by_itself(tmp_path: Path) -> None:
    assert pieces(tmp_path, "smollm", TEXT) == [
        *("In", " ", "1", "8", "6", "3", ",", " a", "1", "b", ".", "\n\n", "1", "2", " can", "'t")
    ]


@pytest.mark.parametrize("pre", ["gpt-2", None, "some-new-name"])
def test_other_names_keep_the_split_of_transformers(tmp_path: Path, pre: str | None) -> None:
    assert pieces(tmp_path, pre, TEXT) == [
        *("In", " 1863", ",", " a", "1", "b", ".", "\n", "\n", "12", " can", "'t")
    ]


def test_a_tokenizer_that_is_not_byte_level_has_no_split() -> None:
    header = {"tokenizer.ggml.model": "llama", "tokenizer.ggml.pre": "smollm"}
    assert named_split(header) is None
