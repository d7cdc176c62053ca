"""Sections on single predictions: their tables show what the study's tables hold."""

import pandas as pd
from studied_page import results, tables

from token_influence.page.prediction_sections import faithfulness, prompts, response, series


def test_optional_sections_show_their_tables():
    answers = {"model": "tiny", "corpus": "poems", "claim": "c", "about": "ε", "effect": "log_p"}
    faithful = {"model": "tiny", "data": "d", "conventions": "as_in_paper", "method": "fisher"}
    value = {"measure": "aopc", "value": -1.0, "standard_error": 0.1, "n": 3}
    series_row = {"model": "tiny", "system": "lorenz", "method": None, "measure": "loss"}
    assert response(results()) is faithfulness(results()) is series(results()) is None
    added = {
        "response_verdicts": pd.DataFrame([answers | {"answer": "open", "why": "w"}]),
        "faithfulness": pd.DataFrame([faithful | value]),
        "series": pd.DataFrame([series_row | {"value": 2.0, "n": 1}]),
    }
    of = results(tables=tables() | added)
    assert "log p" in response(of).tables[0].rows[0]
    assert faithfulness(of).tables[0].rows == [
        ["d", "as in paper", "Fisher", "aopc", "-1.00 ± 0.10", "3"]
    ]
    assert series(of).tables[0].rows[0][1] == ""


def test_prompts_link_to_their_pages_and_count_what_came_out():
    section = prompts(results())
    assert [address for _, address in section.links] == ["../scopes/tiny/sea.html"]
    assert section.tables[0].rows[0][-1] == "1 of 2"
