"""What narrower intervals cost, arm by arm."""

import pandas as pd
import pytest
from tiny_study import REPOSITORY

from token_influence.config import Study, load_study, read_config
from token_influence.cost import widths
from token_influence.cost.calibration import Rate
from token_influence.cost.operations import expected
from token_influence.cost.widths import advise
from token_influence.decay.design import Variance, variance_record

MODEL = "smollm2-135m-instruct-q4_1"
KNOWN = Variance(documents=0.02, windows=0.1, positions=1.2, shared=0.05)


@pytest.fixture
def study() -> Study:
    return load_study(read_config(REPOSITORY / "config.yaml"))


def row(variance: Variance | None, **other) -> dict:
    arm = {"model": MODEL, "weights": "trained", "corpus": "gutenberg", "order": "intact"}
    fit = {"objective": "true_logit", "seed": "pooled", "family": "power_law", "range": "1..100"}
    sizes = {"skip_sources": 0, "windows": 32, "predictions": 128}
    return {**arm, **fit, **sizes, **variance_record(variance), **other}


def advised(study, monkeypatch, rows, width=0.15):
    asked = []

    def rate(facts, *shape):
        asked.append(shape)
        return Rate(operations=1e10, memory=0.0)

    monkeypatch.setattr(widths, "calibrate", rate)
    facts = {MODEL: study.models[MODEL].facts.model_dump()}
    return list(advise(study, pd.DataFrame(rows), facts, width, 1.0)), facts[MODEL], asked


def test_each_trained_arm_gets_its_width_and_the_cheapest_design(study, monkeypatch):
    rows = [
        row(KNOWN),
        row(Variance(None, 0.0, 0.5, 0.01), corpus="wikipedia"),
        row(None, order="shuffled"),
        row(KNOWN, range="full"),
        row(KNOWN, seed="0"),
        row(KNOWN, weights="random"),
    ]
    found, facts, asked = advised(study, monkeypatch, rows)
    assert [profile[2:4] for profile, _ in found] == [
        ("gutenberg", "intact"),
        ("gutenberg", "shuffled"),
        ("wikipedia", "intact"),
    ]
    first = found[0][1]
    assert found[1][1] is None
    assert first.width == pytest.approx(KNOWN.width(32, 4))
    assert sum(first.shares.values()) == pytest.approx(1)
    assert list(found[2][1].shares) == ["windows", "positions"]
    assert KNOWN.width(first.best.windows, first.best.positions) <= 0.15
    # Two objectives are measured on the intact arm, so that a position costs two backward passes.
    seconds = expected(facts, range(256, 512), first.best.positions, 2) / 1e10
    assert first.best.seconds == pytest.approx(first.best.windows * seconds)
    assert len(asked) == 1


def test_a_width_that_the_documents_do_not_allow_has_no_design(study, monkeypatch):
    ((_, advice),), _, _ = advised(study, monkeypatch, [row(KNOWN)], width=0.1)
    assert advice.best is None
