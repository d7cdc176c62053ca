"""Tables as files: whole, and equal to the byte on every system."""

import pandas as pd
import pytest

from token_influence.tables.csv import write_csv


def test_the_bytes_are_those_of_the_table(tmp_path):
    write_csv(pd.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[7, 8]), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b"a,b\n1,x\n2,\n"


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path):
    class Broken(pd.DataFrame):
        def to_csv(self, path, **_):
            path.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_csv(Broken(), tmp_path / "t.csv")
    assert not list(tmp_path.iterdir())
