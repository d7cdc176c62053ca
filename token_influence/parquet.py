"""Parquet files that carry their provenance: what determined their bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from token_influence.files import atomic, canonical_json

PROVENANCE_KEY = b"token_influence"


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
