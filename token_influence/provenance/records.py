"""Records: what determined a result, in a small hidden file beside it (see `changes`, `chains`).

A record holds a checksum of each parameter of the job (its slice of the config, its code, the versions
of libraries), checksum and chain of each input, and the checksum and the chain of the result itself.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from token_influence.files import canonical_json, read_json, sha256, write_json


@dataclass(frozen=True)
class Input:
    """`sha256`: of the input's content; `chain`: that of its record, or `sha256` if it has none."""

    sha256: str
    chain: str


@dataclass(frozen=True)
class Record:
    """`params`: checksum by name of the parameter; `inputs`: by path; `sha256`: of the result."""

    params: dict[str, str]
    inputs: dict[str, Input]
    sha256: str

    @property
    def chain(self) -> str:
        """The chain of the result."""
        return chain(self.params, {path: item.chain for path, item in self.inputs.items()})


def chain(params: Mapping[str, str], inputs: Mapping[str, str]) -> str:
    """The chain of results: of the checksums of parameters and of the chains of inputs, by name."""
    return hashlib.sha256(canonical_json([params, inputs]).encode()).hexdigest()


def record_path(path: str | Path) -> Path:
    """Where the record of the result at `path` lies."""
    return Path(path).with_name(f".{Path(path).name}.record")


def digests(params: Mapping[str, Any]) -> dict[str, str]:
    """A checksum of each parameter, which is plain data."""
    texts = {name: canonical_json(value) for name, value in params.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def read_input(path: str | Path) -> Input:
    """What a record keeps of the input at `path`: its checksum, and its chain from its own record."""
    content = sha256(path)
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        record = read_json(record_path(path))
        return Input(content, str(record["chain"]) if record["sha256"] == content else content)
    return Input(content, content)


def write_record(path: str | Path, record: Record) -> None:
    """Write the record of the result at `path`, whole or not at all."""
    write_json(asdict(record) | {"chain": record.chain}, record_path(path))
