"""Headline numbers: chosen, rounded, nested, and printed."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from tiny_study import REPOSITORY

from token_influence.tables.headline import headline_table, main
from token_influence.tables.metrics import rounded, summarise

HEADLINE = {"range": "1..100", "skip_sources": 0}
ARM = {"model": "m-1.5", "weights": "trained", "corpus": "c", "order": "intact"}
RISES = "the profile rises with distance"


def row(family: str = "power_law", **changes) -> dict:
    shape = "p" if family == "power_law" else "xi"
    return {
        **ARM,
        "objective": "true_logit",
        "seed": "pooled",
        **HEADLINE,
        "family": family,
        "identified": True,
        "reason": None,
        shape: 0.98765,
        f"{shape}_low": 0.9,
        f"{shape}_high": 1.0449,
        "r_squared": 0.99012,
        **changes,
    }


@pytest.fixture
def metrics() -> dict:
    rising = {"weights": "random", "identified": False, "reason": RISES, "r_squared": -1e-12}
    decay = pd.DataFrame(
        [
            row(),
            row("exponential", r_squared=0.9164),
            row(seed="0", p=9.0),
            row(range="full", p=9.0),
            row(skip_sources=4, p=9.0),
            row(objective="predicted_logit", p=0.85),
            row(order="shuffled", p=1.28),
            row(**rising),
            row(**rising, objective="predicted_logit"),
        ]
    )
    losses = [
        ("trained", "intact", 4.12345),
        ("trained", "shuffled", 7.8),
        ("random", "intact", 11),
    ]
    predictions = pd.DataFrame(
        [
            {**ARM, "weights": weights, "order": order, "loss": loss, "loss_se": 0.051234}
            for weights, order, loss in losses
        ]
    )
    return summarise(decay, predictions, HEADLINE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.98765, 0.988), (10.849, 10.8), (-1.3e-10, 0.0), (0.00123456, 0.0012), (None, None)],
)
def test_rounding_keeps_what_is_stable(value, expected):
    assert rounded(value) == expected
    assert str(rounded(value)) != "-0.0"


def test_metrics_are_the_headline_fits_by_arm(metrics):
    assert metrics["headline"] == HEADLINE
    arm = metrics["arms"]["m-1.5"]["trained"]["c"]["intact"]
    assert (arm["loss"], arm["loss_se"]) == (4.12, 0.0512)
    assert arm["true_logit"]["power_law"] == {
        "p": 0.988,
        "p_low": 0.9,
        "p_high": 1.04,
        "r_squared": 0.99,
        "identified": True,
        "reason": None,
    }
    assert arm["true_logit"]["exponential"]["xi"] == 0.988
    assert arm["true_logit"]["exponential"]["r_squared"] == 0.916
    assert arm["predicted_logit"]["power_law"]["p"] == 0.85


def test_unidentified_exponent_has_a_reason_and_no_number(metrics):
    power = metrics["arms"]["m-1.5"]["random"]["c"]["intact"]["true_logit"]["power_law"]
    assert (power["p"], power["p_low"], power["p_high"]) == (None, None, None)
    assert (power["identified"], power["reason"], power["r_squared"]) == (False, RISES, 0.0)


def test_metrics_are_plain_json(metrics):
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_headline_table(metrics):
    lines = headline_table(metrics).splitlines()
    assert lines[0] == "γ + β (r+1)^−p on r = 1..100, all sources; loss in nats per token"
    assert lines[2] == "m-1.5"
    rows = [line.split("  ") for line in lines[4:] if not line.startswith("─")]
    table = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    assert table == [
        ["weights", "corpus", "order", "objective", "p [low, high]", "R² power", "R² exp", "loss"],
        ["trained", "c", "intact", "true_logit", "0.99 [0.90, 1.04]", "0.990", "0.916", "4.12"],
        ["trained", "c", "intact", "predicted_logit", "0.85 [0.90, 1.04]", "0.990", "—", "4.12"],
        ["trained", "c", "shuffled", "true_logit", "1.28 [0.90, 1.04]", "0.990", "—", "7.80"],
        ["random", "c", "intact", "true_logit", "— (1)", "0.000", "—", "11.0"],
        ["random", "c", "intact", "predicted_logit", "— (1)", "0.000", "—", "11.0"],
        [f"(1) {RISES}"],
    ]
    assert len({line.index("R² p") for line in lines if "R² p" in line}) == 1
    assert lines[6].index("0.990") == lines[4].index("R² power")


def test_printing_says_where_the_figures_are(metrics, tmp_path):
    results = tmp_path / "results"
    (results / "figures" / "profile").mkdir(parents=True)
    (results / "figures" / "profile" / "one.png").touch()
    (results / "metrics.json").write_text(json.dumps(metrics))
    command = [sys.executable, "-m", "token_influence.tables.headline", results]
    shown = subprocess.run(command, check=True, cwd=REPOSITORY, capture_output=True).stdout.decode()
    assert "0.99 [0.90, 1.04]" in shown
    assert f"Figures (1, SVG and PNG): {results / 'figures'}\n" in shown


def test_printing_without_results(tmp_path):
    with pytest.raises(SystemExit, match=r"metrics\.json is not there yet"):
        main(tmp_path)
