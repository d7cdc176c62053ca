"""Headline numbers as text for a terminal."""

import json
from pathlib import Path

import pandas as pd
import pytest

from token_influence.errors import MissingResultError
from token_influence.tables.headline import headline_report, headline_table, reading_order

RISES = "the profile rises with distance"
G = "0.017 [0.000, 0.022]"


def test_headline_table(metrics):
    lines = headline_table(metrics).splitlines()
    assert lines[0] == "γ + β (r+1)^−p on r = 1..100, all sources; loss in nats per token"
    assert lines[2] == "m-1.5"
    rows = [line.split("  ") for line in lines[4:] if not line.startswith("─")]
    table = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    assert table == [
        [
            "weights",
            "corpus",
            "order",
            "objective",
            "p [low, high]",
            "γ [low, high]",
            "R² power",
            "R² exp",
            "loss",
        ],
        ["trained", "c", "intact", "true_logit", "0.99 [0.90, 1.04]", G, "0.990", "0.916", "4.12"],
        ["trained", "c", "intact", "predicted_logit", "0.85 [0.90, 1.04]", G, "0.990", "—", "4.12"],
        ["trained", "c", "shuffled", "true_logit", "1.28 [0.90, 1.04]", G, "0.990", "—", "7.80"],
        ["random", "c", "intact", "true_logit", "— (1)", "—", "0.000", "—", "11.0"],
        ["random", "c", "intact", "predicted_logit", "— (1)", "—", "0.000", "—", "11.0"],
        [f"(1) {RISES}"],
    ]
    assert len({line.index("R² p") for line in lines if "R² p" in line}) == 1
    assert lines[6].index("0.990") == lines[4].index("R² power")


@pytest.fixture
def results(tables, tmp_path) -> Path:
    """A folder of results with the headline numbers and one figure."""
    folder = tmp_path / "results"
    (folder / "figures" / "profile").mkdir(parents=True)
    (folder / "figures" / "profile" / "one.png").touch()
    headline = {"range": "1..100", "skip_sources": 0}
    (folder / "metrics.json").write_text(json.dumps({"headline": headline}))
    (folder / "tables").mkdir()
    for name, table in tables.items():
        table.to_csv(folder / f"tables/{name}.csv", index=False)
    return folder


def test_the_report_says_where_the_figures_are(results):
    shown = headline_report(results)
    assert "0.99 [0.90, 1.04]" in shown
    assert f"Figures (1, SVG and PNG): {results / 'figures'}\n" in shown
    assert shown.endswith(f"Tables: {results / 'tables'}")
    assert "Published claims" not in shown


def test_the_report_gives_the_verdicts_over_all(results):
    row = {"claim": "a claim", "objective": "true_logit", "verdict": "mixed", "why": "1 of 2"}
    rows = [row | {"model": "all"}, row | {"model": "m", "verdict": "reproduced"}]
    rows.append(row | {"model": "all", "verdict": "not measured"})
    pd.DataFrame(rows).to_csv(results / "tables/verdicts.csv", index=False)
    shown = headline_report(results)
    assert "docs/verdicts.md:\na claim  true_logit  mixed  (1 of 2)\n" in shown


@pytest.mark.parametrize("name", ["metrics.json", "tables/decay.csv", "tables/predictions.csv"])
def test_without_results_the_report_is_refused(results, name):
    (results / name).unlink()
    with pytest.raises(MissingResultError, match=f"{name} is not there yet"):
        headline_report(results)


def test_a_terminal_lists_steps_in_their_order_between_trained_and_random():
    names = ["random", "step1000", "step2", "step10", "trained"]
    found = [name for name, _ in sorted([(name, None) for name in names], key=reading_order)]
    assert found == ["trained", "step2", "step10", "step1000", "random"]
