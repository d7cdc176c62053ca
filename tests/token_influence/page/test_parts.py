"""Cells and tables of the page's sections."""

import numpy as np
import pandas as pd

from token_influence.page.parts import number, table, text, with_error


def test_numbers_have_their_interval_where_there_is_one():
    row = {"p": 0.8567, "p_low": 0.7, "p_high": 1.0, "rank": 26521.0, "rank_low": np.nan}
    assert number("p", 2)(row) == "0.86 [0.70, 1.00]"
    assert number("rank", 1)(row) == "26,521.0"
    assert number("absent", 1)(row) == "—"
    assert number("p", 2)({"p": np.nan}) == "—"


def test_errors_stand_after_their_number():
    assert with_error("loss", "se", 2)({"loss": 3.824, "se": 0.3699}) == "3.82 ± 0.37"
    assert with_error("loss", "se", 2)({"loss": 3.824, "se": np.nan}) == "3.82"
    assert with_error("loss", "se", 2)({"loss": np.nan, "se": 0.1}) == "—"


def test_a_table_names_the_model_only_where_there_are_several():
    frame = pd.DataFrame({"model": ["a", "a"], "why": ["it is", np.nan]})
    columns = [("model", text("model")), ("why", text("why", str.upper))]
    assert table("T", frame, columns).columns == ["why"]
    assert table("T", frame, columns).rows == [["IT IS"], [""]]
    frame.loc[1, "model"] = "b"
    assert table("T", frame, columns).rows == [["a", "IT IS"], ["b", ""]]
