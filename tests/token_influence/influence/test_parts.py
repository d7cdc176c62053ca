"""Parts are merged into the bytes of one file, or refused."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from token_influence.errors import InfluenceError
from token_influence.influence.parts import ROW_GROUP, merge_parts
from token_influence.parquet import write_parquet

OBJECTIVES = pd.CategoricalDtype(["true_logit", "fisher", "temperature"])
ORIGIN = {"device": "cpu", "code": "1"}


def table(windows: int, rows: int = 6) -> pd.DataFrame:
    """A table of influence with so many rows for each window; `temperature` never occurs."""
    count = windows * rows
    influence = np.random.default_rng(0).random(count, dtype=np.float32)
    codes = np.arange(count, dtype=np.int8) % 2
    return pd.DataFrame(
        {
            "window": np.repeat(np.arange(windows, dtype=np.int32), rows),
            "objective": pd.Categorical.from_codes(codes, dtype=OBJECTIVES),
            "influence": influence,
        }
    )


def merged(folder: Path, whole: pd.DataFrame, ends: list[int]) -> bytes:
    """The bytes of the table, written in parts that end after these rows, and merged."""
    paths = []
    for begin, end in pairwise([0, *ends, len(whole)]):
        paths.append(folder / f"{begin}-{end}.parquet")
        write_parquet(whole.iloc[begin:end], paths[-1], ORIGIN)
    assert merge_parts(paths, folder / "merged.parquet") == len(whole)
    return (folder / "merged.parquet").read_bytes()


def whole_file(folder: Path, whole: pd.DataFrame) -> bytes:
    write_parquet(whole, folder / "whole.parquet", ORIGIN)
    return (folder / "whole.parquet").read_bytes()


@settings(max_examples=25, deadline=None, database=None)
@given(ends=st.sets(st.integers(1, 59), max_size=6).map(sorted))
def test_any_parts_merge_to_the_bytes_of_one_file(tmp_path_factory, ends: list[int]) -> None:
    folder, whole = tmp_path_factory.mktemp("parts"), table(10)
    assert merged(folder, whole, ends) == whole_file(folder, whole)


def test_so_they_do_over_several_row_groups(tmp_path: Path) -> None:
    whole = table(5, rows=ROW_GROUP // 2)
    ends = [len(whole) // 7, len(whole) // 7 + 1, len(whole) - 10]
    assert merged(tmp_path, whole, ends) == whole_file(tmp_path, whole)


@pytest.mark.parametrize("other", [{"device": "cuda"}, {"batch_size": 2}])
def test_parts_that_were_measured_in_different_ways_are_refused(tmp_path: Path, other) -> None:
    write_parquet(table(2), tmp_path / "a.parquet", ORIGIN)
    write_parquet(table(2), tmp_path / "b.parquet", ORIGIN | other)
    with pytest.raises(
        InfluenceError, match=r"a\.parquet and .*b\.parquet were not measured alike"
    ):
        merge_parts([tmp_path / "a.parquet", tmp_path / "b.parquet"], tmp_path / "merged.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]
