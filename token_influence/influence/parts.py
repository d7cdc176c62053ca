"""Files of parts of a measurement, merged into the file that measuring all at once would have given."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from token_influence.errors import InfluenceError
from token_influence.files import atomic

# Rows that are compressed together: the default of pyarrow, with which results are written.
ROW_GROUP = 1024 * 1024


def merge_parts(parts: Sequence[str | Path], path: str | Path) -> int:
    """Write the rows of `parts`, in their order, to `path`; returns their number.

    The file has the bytes that `write_parquet` would have written for all rows at once. At most one
    row group and one part are in memory. Raises InfluenceError if two parts differ in columns or
    provenance, for example because they were measured on different devices.
    """
    schema = _read(parts[0]).schema
    rows = 0
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as file:
        waiting = schema.empty_table()
        for part in parts:
            table = _read(part)
            if not table.schema.equals(schema, check_metadata=True):
                raise InfluenceError(
                    f"The parts {parts[0]} and {part} were not measured alike (on one kind of device, "
                    "in batches of one size): delete the one that is wrong, and run again."
                )
            waiting = pa.concat_tables([waiting, table])
            while waiting.num_rows >= ROW_GROUP:
                file.write_table(waiting.slice(0, ROW_GROUP).combine_chunks())
                waiting = waiting.slice(ROW_GROUP)
            rows += table.num_rows
        if waiting.num_rows:
            file.write_table(waiting.combine_chunks())
    return rows


def _read(part: str | Path) -> pa.Table:
    """The rows of a part with the types and the metadata that they were written with.

    pyarrow alone reads the names of categories as another type of text than pandas gives it.
    """
    table = pa.Table.from_pandas(pd.read_parquet(part), preserve_index=False)
    return table.replace_schema_metadata(pq.read_schema(part).metadata)
