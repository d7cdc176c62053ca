"""GGUF headers that lie: each is one sentence, at once and in little memory."""

import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import build, write_gguf

from token_influence.errors import ModelError
from token_influence.models.gguf import convert_gguf
from token_influence.models.gguf_header import check_header

UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_gguf(build("llama"), tmp_path / "m.gguf")
    return tmp_path / "m.gguf"


def number(key: str, value: int) -> Callable[[bytes], bytes]:
    """Another value for a key that holds an uint32."""
    return edited(key, 4, struct.pack("<I", value))


def edited(name: str, skip: int, new: bytes) -> Callable[[bytes], bytes]:
    """`new` in place of what is `skip` bytes behind a name."""

    def edit(content: bytes) -> bytes:
        at = content.index(name.encode()) + len(name) + skip
        return content[:at] + new + content[at + len(new) :]

    return edit


def at(place: int, layout: str, value: int) -> Callable[[bytes], bytes]:
    new = struct.pack(layout, value)
    return lambda content: content[:place] + new + content[place + len(new) :]


def renamed(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old.encode(), new.encode())


def test_the_header_of_a_whole_file_is_read(path: Path) -> None:
    header = check_header(path)
    assert header.values["llama.block_count"] == 2
    assert header.values["tokenizer.ggml.tokens"] is None
    assert header.tensors["token_embd.weight"] == 41 * 16
    assert len(header.tensors) == 21


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (number("llama.block_count", 2**31), "block_count is 2147483648, but it has 21 tensors"),
        (number("llama.block_count", 0), "block_count is 0"),
        (number("llama.block_count", 20), "has 0 values for model.layers.2."),
        (number("llama.vocab_size", 2**31), r"656 values for .*; by its header .* 34,359,738,368"),
        (number("llama.embedding_length", 2**31), "by its header it should have"),
        (number("llama.attention.head_count", 0), "cannot be read"),
        (
            renamed("llama.attention.head_count\4", "llama.attention.head_counx\4"),
            "no number as llama.",
        ),
        (
            renamed("llama.context_length", "llama.context_lengtx"),
            "no number as llama.context_length",
        ),
        (
            renamed("llama.rope.freq_base", "llama.rope.scaling.x"),
            "which transformers would ignore",
        ),
        (renamed("general.architecture", "general.architecturx"), "no number as None.block_count"),
        (at(8, "<Q", 2**62), "more than 3,000,000 entries"),
        (at(16, "<Q", 2**62), "more than 3,000,000 entries"),
        (at(8, "<Q", 10**6), "cannot be read"),
        (at(16, "<Q", 10**6), "cannot be read"),
        (at(4, "<I", 1), "no GGUF file of the versions"),
        (at(24, "<Q", 2**60), "goes beyond the end of the file"),
        (edited("tokenizer.ggml.tokens", 8, struct.pack("<Q", 2**50)), "more than 3,000,000"),
        (edited("tokenizer.ggml.tokens", 4, struct.pack("<I", ARRAY)), "cannot be read"),
        (edited("blk.0.attn_q.weight", 0, struct.pack("<I", 2**31)), "2,147,483,648 dimensions"),
        (edited("blk.0.attn_q.weight", 4, struct.pack("<Q", 2**50)), "beyond the end of the file"),
        (edited("blk.0.attn_q.weight", 4, struct.pack("<Q", 0)), "attn_q.weight is empty"),
        (edited("blk.0.attn_q.weight", 20, struct.pack("<I", 99)), "cannot be read"),
        (edited("blk.0.attn_q.weight", 24, struct.pack("<Q", 2**40)), "beyond the end"),
        (lambda content: content[: len(content) // 2], "cannot be read"),
        (lambda content: b"", "cannot be read"),
    ],
)
def test_a_header_that_lies_is_refused_at_once(path, edit, sentence) -> None:
    path.write_bytes(edit(path.read_bytes()))
    begun = time.perf_counter()
    with pytest.raises(ModelError, match=sentence) as caught:
        convert_gguf(path, path.parent / "out")
    assert time.perf_counter() - begun < 20
    assert "\n" not in str(caught.value)
    assert "m.gguf" in str(caught.value)
    assert [file.name for file in path.parent.iterdir()] == ["m.gguf"]
