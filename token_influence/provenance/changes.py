"""Whether a result is what config, code and inputs give now, by its record (`records`).

Snakemake's own memory (`.snakemake/`) can be lost, or belong to another folder. A record goes where its
result goes. If config, code and inputs now differ from it, the result is made again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from token_influence.errors import OutputError
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import Input, Record, digests, record_path
from token_influence.untrusted import reading


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


def difference(
    path: str | Path,
    params: Mapping[str, Any],
    inputs: Iterable[str | Path],
    fingerprints: Fingerprints,
    chain_of: Callable[[str], str],
) -> str | None:
    """Why the result at `path` is not what these parameters and inputs give now; None if it is.

    An input that exists is compared by its content. A missing one is compared by its chain: `chain_of`
    gives the one that config and code give now. A missing result or input alone is no reason, because
    Snakemake sees that itself. A missing result whose record differs is one, because later results
    were made from it. Raises OutputError if a file cannot be read.
    """
    path, record = Path(path), read_record(path)
    if record is None:
        return "has no record of what made it" if path.exists() else None
    if changed := _changed(record.params, digests(params)):
        return f"was made with another {', '.join(changed)}"
    then: dict[str, str | None] = {}
    now: dict[str, str | None] = {}
    for item in map(str, inputs):
        known = record.inputs.get(item)
        if Path(item).is_file():
            then[item] = known.sha256 if known else None
            now[item] = _sha256(item, fingerprints)
        else:
            then[item] = known.chain if known else None
            now[item] = chain_of(item)
    if changed := _changed(then, now) or sorted(record.inputs.keys() - now.keys()):
        return f"was made from another {changed[0]}"
    if path.exists() and _sha256(path, fingerprints) != record.sha256:
        return "was altered after it was made"
    return None


def _sha256(path: str | Path, fingerprints: Fingerprints) -> str:
    with reading(f"The file {path}", OutputError):
        return fingerprints.sha256(path)


def _changed(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> list[str]:
    return sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))
