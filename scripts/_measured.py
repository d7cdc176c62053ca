"""How tables read the files of several arms and seeds."""

from collections.abc import Mapping, Sequence

import pandas as pd


def read_measured(paths: Sequence[str], measured: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """The files as one table, with the arm and the seed of each file as columns."""
    pairs = zip(paths, measured, strict=True)
    return pd.concat([pd.read_parquet(path).assign(**names) for path, names in pairs])
