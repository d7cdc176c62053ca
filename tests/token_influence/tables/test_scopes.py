"""The table of expected words."""

import pandas as pd
from explained_prompts import record

from token_influence.scopes.asked import Asked
from token_influence.tables.scopes import COLUMNS, scopes_table


def test_a_row_for_each_target_words_and_method():
    asked = [Asked(token="x", expected=("the", "sea")), Asked(), Asked(contrast=("x", "y"))]
    found = record("the sea is", *asked)
    table = scopes_table([found, record("the sea", Asked(expected=("sea",)))])
    assert list(table.columns) == COLUMNS
    assert len(table) == (2 + 1) * 3
    row = table[(table["words"] == "sea") & (table["method"] == "fisher")].iloc[0]
    one = found["explanations"][0]["expected"][1]
    assert row["rank"] == one["rank"]["fisher"]
    assert row["comes_out"] == one["comes_out"]["fisher"]
    assert (row["sources"], row["by_distance"], row["spread_tokens"]) == (10, 4, 6)
    assert row["spread"] == found["explanations"][0]["spread"]["fisher"]
    assert row["probability"] == found["explanations"][0]["explained"][0]["probability"]


def test_without_records_there_are_only_the_columns():
    assert scopes_table([]).equals(pd.DataFrame(columns=COLUMNS))
