"""Files that are either complete or absent."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from token_influence.disk import writing
from token_influence.errors import OutputError


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it over `path` on success, remove it on failure.

    Raises OutputError if the disk refuses, for example because it is full.
    """
    path = Path(path)
    # The suffix stays last, because libraries such as matplotlib choose the format by it.
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")
    with writing(str(path), path.parent, OutputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: Any) -> str:
    """JSON text that is the same for equal values: sorted keys, no NaN."""
    return json.dumps(value, sort_keys=True, allow_nan=False, ensure_ascii=False)


def write_json(value: Any, path: str | Path) -> None:
    """Write `value` as indented JSON with sorted keys; NaN and infinity raise ValueError."""
    text = json.dumps(value, sort_keys=True, allow_nan=False, ensure_ascii=False, indent=2)
    with atomic(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: str | Path) -> Any:
    """Read a JSON file written by `write_json`."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
