"""Sections on single predictions: their tables show what the study's tables hold."""

import pandas as pd
from studied_page import results, tables

from token_influence.page.prediction_sections import faithfulness, prompts, response, series


def test_optional_sections_show_their_tables():
    answers = {"model": "tiny", "corpus": "poems", "order": "shuffled", "claim": "c", "about": "ε"}
    faithful = {"model": "tiny", "data": "d", "conventions": "as_in_paper", "method": "fisher"}
    value = {"measure": "aopc", "value": -1.0, "standard_error": 0.1, "n": 3}
    alike = {"layers": "all", "rank_correlation": 0.9, "standard_error": 0.01, "notices": False}
    series_row = {"model": "tiny", "system": "lorenz", "method": None, "measure": "loss"}
    assert response(results()) is faithfulness(results()) is series(results()) is None
    added = {
        "response_verdicts": pd.DataFrame(
            [answers | {"effect": "log_p", "answer": "open", "why": "w"}]
        ),
        "faithfulness": pd.DataFrame([faithful | value]),
        "faithfulness_sanity": pd.DataFrame([faithful | alike | {"n": 3}]),
        "series": pd.DataFrame([series_row | {"value": 2.0, "n": 1}]),
    }
    of = results(tables=tables() | added)
    assert {"shuffled", "log p"} <= set(response(of).tables[0].rows[0])
    assert faithfulness(of).tables[0].rows == [
        ["d", "as in paper", "Fisher", "aopc", "-1.00 ± 0.10", "3"]
    ]
    assert faithfulness(of).tables[1].rows == [["d", "Fisher", "all", "0.90 ± 0.01", "no", "3"]]
    assert series(of).tables[0].rows[0][1] == ""


def test_prompts_link_to_their_pages_and_count_what_came_out():
    section = prompts(results())
    assert [address for _, address in section.links] == ["../scopes/tiny/sea.html"]
    assert section.tables[0].rows[0][-1] == "1 of 2"
