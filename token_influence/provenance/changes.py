"""Whether a result is what config, code and inputs give now, by its record (`records`)."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import Record, digests, record_path


def read_record(path: str | Path) -> Record | None:
    """The record of the result at `path`; None if there is none or it is damaged."""
    try:
        content = json.loads(record_path(path).read_text(encoding="utf-8"))
        record = Record(dict(content["params"]), dict(content["inputs"]), content["sha256"])
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

    A missing result or input alone is no reason, because Snakemake sees that itself. A missing result
    whose record differs is one, because later results were made from it.
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
