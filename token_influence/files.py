"""Files that are either whole or absent, with what determined their bytes written inside."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from token_influence.disk import writing
from token_influence.errors import OutputError

PROVENANCE_KEY = b"token_influence"


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it over `path` on success, remove it on failure.

    Raises OutputError where the disk refuses, because it is full for instance.
    """
    path = Path(path)
    # The suffix stays last, because savers such as matplotlib choose the format by it.
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")
    with writing(str(path), path.parent, OutputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


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


def write_parquet(frame: pd.DataFrame, path: str | Path, provenance: Mapping[str, Any]) -> None:
    """Write `frame` (its index dropped) as zstd Parquet, with `provenance` in the file's metadata."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    metadata = dict(table.schema.metadata or {})
    metadata[PROVENANCE_KEY] = canonical_json(dict(provenance)).encode()
    with atomic(path) as temporary:
        pq.write_table(table.replace_schema_metadata(metadata), temporary, compression="zstd")


def read_provenance(path: str | Path) -> dict[str, Any]:
    """The provenance that `write_parquet` put into a Parquet file."""
    return json.loads(pq.read_schema(path).metadata[PROVENANCE_KEY])
