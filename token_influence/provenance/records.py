"""Records: what determined a result, in a small hidden file beside it.

Snakemake's own memory (`.snakemake/`) can be lost, or belong to another folder. A record goes where its
result goes. It holds a checksum of each parameter of the job (its slice of the config, its code, the
versions of libraries), of each input, and of the result itself. If config, code and inputs now differ
from the record, the result is made again (`changes`).

A file that was an input may be missing later. So a record also holds the chain of each input: one
checksum of all parameters, its own and those of all earlier jobs, that determined it. Config and code
give the chain that it would have now, without the file (`chains`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from token_influence.files import canonical_json, sha256, write_json


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
    path = Path(path)
    return path.with_name(f".{path.name}.record")


def digests(params: Mapping[str, Any]) -> dict[str, str]:
    """A checksum of each parameter, which is plain data."""
    return {
        name: hashlib.sha256(canonical_json(value).encode()).hexdigest()
        for name, value in params.items()
    }


def read_input(path: str | Path) -> Input:
    """What a record keeps of the input at `path`, from its content and its own record."""
    content, record = sha256(path), read_record(path)
    known = record is not None and record.sha256 == content
    return Input(content, record.chain if record is not None and known else content)


def read_record(path: str | Path) -> Record | None:
    """The record of the result at `path`; None if there is none, or it is damaged or of an old form."""
    file = record_path(path)
    try:
        if not file.is_file():  # a named pipe would be waited for
            return None
        content = json.loads(file.read_text(encoding="utf-8"))
        record = Record(
            _texts(content["params"]),
            {path: Input(**_texts(item)) for path, item in content["inputs"].items()},
            content["sha256"],
        )
        return record if record.chain == content["chain"] else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _texts(content: Any) -> dict[str, str]:
    """The content, if it is a mapping of text to text; else raises TypeError."""
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in content.values()):
        raise TypeError
    return content


def write_record(path: str | Path, record: Record) -> None:
    """Write the record of the result at `path`, whole or not at all."""
    write_json(asdict(record) | {"chain": record.chain}, record_path(path))
