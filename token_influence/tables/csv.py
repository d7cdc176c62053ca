"""Tables in CSV files, written in one way."""

from pathlib import Path

import pandas as pd

from token_influence.files import atomic


def write_csv(table: pd.DataFrame, path: str | Path) -> None:
    """Write `table` without its index; the same table gives the same bytes on every system.

    The file is whole or absent. Raises OutputError where the disk refuses it.
    """
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
