"""Parquet files carry their provenance."""

import pandas as pd

from token_influence.parquet import read_provenance, write_parquet


def test_parquet_carries_its_provenance_and_is_byte_stable(tmp_path):
    frame = pd.DataFrame({"window": [0, 1], "tokens": [[1, 2], [3, 4]]})
    for name in ("a.parquet", "b.parquet"):
        write_parquet(frame, tmp_path / name, {"code": "1", "config": {"x": [1]}})
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert read_provenance(tmp_path / "a.parquet") == {"code": "1", "config": {"x": [1]}}
