"""Records: what determined a result, in a small hidden file beside it.

Snakemake's own memory (`.snakemake/`) can be lost, or belong to another folder. A record goes where its
result goes. It holds a checksum of each parameter of the job (its slice of the config, its code, the
versions of libraries), of each input, and of the result itself. If config, code and inputs now differ
from the record, the result is made again (`changes`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from token_influence.files import canonical_json, write_json


@dataclass(frozen=True)
class Record:
    """`params`: checksum by name of the parameter; `inputs`: by path; `sha256`: of the result."""

    params: dict[str, str]
    inputs: dict[str, str]
    sha256: str


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


def write_record(path: str | Path, record: Record) -> None:
    """Write the record of the result at `path`, whole or not at all."""
    write_json(asdict(record), record_path(path))
