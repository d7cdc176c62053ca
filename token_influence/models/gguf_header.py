"""The header of a GGUF file, checked against the file's size before a library relies on it.

`gguf` and transformers trust every number of a header: a count of 2^31 layers would run for hours, and
an array of a billion entries would allocate an object for each.
"""

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

from token_influence.errors import ModelError
from token_influence.untrusted import reading

VERSIONS = (2, 3)
# struct's letter for each type of value; 8 is a string and 9 an array.
SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
MOST_ENTRIES = 3_000_000  # keys, tensors and in arrays; the largest vocabularies need 1.5 million
MOST_DIMENSIONS = 4  # of the format
# Keys that a llama.cpp header always has; transformers would replace a missing one by a default.
NEEDED = ("block_count", "embedding_length", "context_length", "attention.head_count")


@dataclass(frozen=True)
class Header:
    """`values`: by key, without arrays; `tensors`: name to the number of its elements."""

    values: dict[str, Any]
    tensors: dict[str, int]


class _Cursor:
    """Reads the bytes of a file one after the other; struct raises an error past the end."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at, self.entries = data, 0, 0

    def scalar(self, letter: str) -> Any:
        layout = struct.Struct(f"<{letter}")
        (value,) = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return value

    def string(self) -> str:
        length = self.scalar("Q")
        if length > len(self.data) - self.at:
            raise ValueError(f"a text of {length:,} bytes goes beyond the end of the file")
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8", "replace")

    def count(self) -> int:
        number = self.scalar("Q")
        self.entries += number
        if self.entries > MOST_ENTRIES:
            raise ValueError(f"it has more than {MOST_ENTRIES:,} entries")
        return number

    def value(self) -> Any:
        """The value of a key; None for an array, whose entries are skipped."""
        kind = self.scalar("I")
        if kind == STRING:
            return self.string()
        if kind != ARRAY:
            return self.scalar(SCALARS[kind])
        kind, count = self.scalar("I"), self.count()
        if kind == STRING:
            for _ in range(count):
                self.string()
        else:
            self.at += count * struct.calcsize(f"<{SCALARS[kind]}")
        return None


def check_header(path: Path) -> Header:
    """The header of the GGUF file at `path`, whose counts and sizes fit into the file.

    Raises ModelError if they do not, if a key of `NEEDED` is missing, if it has more layers than
    tensors, or if it scales positions, which transformers would ignore.
    """
    with reading(f"The GGUF file {path.name}", ModelError), path.open("rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            header = _read(_Cursor(data))
        _check_values(header)
    return header


def _read(cursor: _Cursor) -> Header:
    size = len(cursor.data)
    magic, version = cursor.data[:4], struct.unpack_from("<I", cursor.data, 4)[0]
    if magic != b"GGUF" or version not in VERSIONS:
        raise ValueError(f"it is no GGUF file of the versions {VERSIONS}, little-endian")
    cursor.at = 8
    tensor_count, key_count = cursor.count(), cursor.count()
    values = {}
    for _ in range(key_count):
        key = cursor.string()
        values[key] = cursor.value()
    tensors, room = {}, size
    for _ in range(tensor_count):
        name = cursor.string()
        dimensions = cursor.scalar("I")
        if dimensions > MOST_DIMENSIONS:
            raise ValueError(f"the tensor {name} has {dimensions:,} dimensions")
        tensors[name] = prod(cursor.scalar("Q") for _ in range(dimensions))
        block, width = GGML_QUANT_SIZES[GGMLQuantizationType(cursor.scalar("I"))]
        length, offset = tensors[name] // block * width, cursor.scalar("Q")
        room -= length
        if room < 0 or offset + length > size:
            raise ValueError(f"the tensor {name} goes beyond the end of the file")
        if not length:
            raise ValueError(f"the tensor {name} is empty")
    return Header(values, tensors)


def _check_values(header: Header) -> None:
    architecture = header.values.get("general.architecture")
    own = {key: header.values.get(f"{architecture}.{key}") for key in NEEDED}
    for key, value in own.items():
        # Some architectures have another number of heads in each layer, so an array.
        if f"{architecture}.{key}" not in header.values or isinstance(value, str | float):
            raise ValueError(f"its header has no number as {architecture}.{key}")
    layers = own["block_count"]
    if layers is None or not 1 <= layers <= len(header.tensors):
        raise ValueError(f"its block_count is {layers}, but it has {len(header.tensors)} tensors")
    scaling = f"{architecture}.rope.scaling."
    kept = {f"{scaling}type": "none"}
    for key, value in header.values.items():
        if key.startswith(scaling) and kept.get(key) != value:
            raise ValueError(f"{key} scales positions, which transformers would ignore")
