"""Records: what determined a result, in a small file beside it.

Snakemake's own memory (`.snakemake/`) can be lost, or belong to another folder. A record goes where its
result goes. It holds a checksum of each parameter of the job (its slice of the config, its code, the
versions of libraries), of each input, and of the result itself. Where it does not say what config, code
and inputs give now, the result is made again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from token_influence.files import canonical_json, write_json
from token_influence.provenance.fingerprints import Fingerprints


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


def read_record(path: str | Path) -> Record | None:
    """The record of the result at `path`; None where there is none, or none that is whole."""
    try:
        found = json.loads(record_path(path).read_text(encoding="utf-8"))
        record = Record(dict(found["params"]), dict(found["inputs"]), found["sha256"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return record


def difference(
    path: str | Path,
    params: Mapping[str, Any],
    inputs: Iterable[str | Path],
    fingerprints: Fingerprints,
) -> str | None:
    """Why the result at `path` is not what these parameters and inputs give now; None if it is.

    A file that is missing, as result or as input, is no reason by itself: Snakemake sees that. A missing
    result whose record differs is one, because later results were made from it.
    """
    path, record = Path(path), read_record(path)
    if record is None:
        return "has no record of what made it" if path.exists() else None
    if changed := _changed(record.params, digests(params)):
        return f"was made with another {', '.join(changed)}"
    paths = list(map(str, inputs))
    now = {p: fingerprints.sha256(p) for p in paths if Path(p).is_file()}
    then = {p: record.inputs.get(p) for p in now}
    if then != now or not record.inputs.keys() <= set(paths):
        changed = _changed(then, now) or sorted(record.inputs.keys() - set(paths))
        return f"was made from another {changed[0]}"
    if path.exists() and fingerprints.sha256(path) != record.sha256:
        return "was altered after it was made"
    return None


def _changed(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> list[str]:
    return sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))
