"""Sections come from the tables that a study has, and are absent where it has none."""

import pandas as pd
from studied_page import results, tables

from token_influence.page.sections import sections


def by_anchor(of) -> dict:
    return {section.anchor: section for section in sections(of)}


def test_without_tables_of_its_own_a_section_is_absent():
    found = by_anchor(results())
    assert list(found) == ["published", "rivals", "controls", "prompts", "predictions"]
    few = {name: frame for name, frame in tables().items() if name != "scopes"}
    assert "prompts" not in by_anchor(results(tables=few))


def test_optional_sections_show_their_tables_and_figures():
    arm = {"model": "tiny", "weights": "trained", "corpus": "poems", "order": "intact"}
    classes = {"class": "first_4", "positions": 0.01, "influence": 0.02, "tail_left_out": 1.0}
    answers = {"claim": "c", "about": "ε", "effect": "log_p", "answer": "open", "why": "w"}
    faithful = {"model": "tiny", "data": "d", "conventions": "as_in_paper", "method": "fisher"}
    value = {"measure": "aopc", "value": -1.0, "standard_error": 0.1, "n": 3}
    alike = {
        "layers": "all",
        "rank_correlation": 0.9,
        "standard_error": 0.01,
        "n": 3,
        "notices": False,
    }
    series = {"model": "tiny", "system": "lorenz", "method": None, "measure": "loss", "value": 2.0}
    added = {
        "source_classes": pd.DataFrame([arm | classes]),
        "response_verdicts": pd.DataFrame([arm | answers]),
        "faithfulness": pd.DataFrame([faithful | value]),
        "faithfulness_sanity": pd.DataFrame([faithful | alike]),
        "series": pd.DataFrame([series | {"n": 1}]),
    }
    figures = {name: f"figures/{name}.svg" for name in ("response/linearity", "faithfulness")}
    captions = {"response_linearity": "One.", "faithfulness": "Two."}
    found = by_anchor(results(tables=tables() | added, figures=figures, captions=captions))
    assert {"sources", "response", "faithfulness", "series"} <= found.keys()
    assert found["response"].figures[0].source == "figures/response/linearity.svg"
    assert "One." in found["response"].figures[0].caption
    assert found["faithfulness"].tables[0].rows == [
        ["d", "as in paper", "Fisher", "aopc", "-1.00 ± 0.10", "3"]
    ]
    assert found["faithfulness"].tables[1].rows == [
        ["d", "Fisher", "all", "0.90 ± 0.01", "no", "3"]
    ]
    assert found["series"].tables[0].rows[0][1] == ""


def test_prompts_link_to_their_pages_and_count_what_came_out():
    prompts = by_anchor(results())["prompts"]
    assert [address for _, address in prompts.links] == ["../scopes/tiny/sea.html"]
    assert prompts.tables[0].rows[0][-1] == "1 of 2"


def test_controls_are_paired_differences_on_the_headlines_range():
    (row,) = by_anchor(results())["controls"].tables[0].rows
    assert "-0.30 [-0.50, -0.10]" in row
