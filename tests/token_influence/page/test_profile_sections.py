"""Sections on profiles: their tables show what the study's tables hold."""

import pandas as pd
from studied_page import results, tables

from token_influence.page.profile_sections import controls, emergence, objectives, sources


def test_controls_are_paired_differences_on_the_headlines_range():
    (row,) = controls(results()).tables[0].rows
    assert "-0.30 [-0.50, -0.10]" in row


def test_objectives_are_compared_where_an_arm_has_several():
    assert objectives(results()) is None
    arm = {"model": "tiny", "weights": "trained", "corpus": "poems", "order": "intact"}
    fit = {"seed": "pooled", "skip_sources": 0, "range": "1..30", "reason": None}
    rows = [
        arm | fit | {"objective": "true_logit − fisher", "family": family, "p": 0.2, "p_low": -0.1}
        for family in ("power_law", "exponential")
    ]
    frame = pd.DataFrame(rows).assign(p_high=0.5, gamma=0.01, gamma_low=0.0, gamma_high=0.02)
    found = objectives(results(tables=tables() | {"objectives": frame}))
    (row,) = found.tables[0].rows
    assert "0.20 [-0.10, 0.50]" in row


def test_sources_are_shown_where_they_were_classified():
    assert sources(results()) is None
    arm = {"model": "tiny", "weights": "trained", "corpus": "poems", "order": "intact"}
    classes = {"class": "first_4", "positions": 0.01, "influence": 0.02, "tail_left_out": 1.0}
    found = sources(results(tables=tables() | {"source_classes": pd.DataFrame([arm | classes])}))
    assert found.anchor == "sources"
    assert "first 4" in found.tables[0].rows[0]


def test_training_has_a_section_where_it_has_a_figure():
    assert emergence(results()) is None
    name = "emergence/tiny"
    of = results(figures={name: f"figures/{name}.svg"}, captions={"emergence": "One."})
    assert [figure.source for figure in emergence(of).figures] == [f"figures/{name}.svg"]
