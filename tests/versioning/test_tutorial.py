"""The walk of docs/tutorial.md, on the tiny study."""

import json
import sys

import pytest
from versioned_study import REGISTER, Versioned


@pytest.mark.long
def test_the_walk_of_the_tutorial(study: Versioned):
    reproduce = ("make", "reproduce", f"--old-file={sys.prefix}/.installed", f"VENV={sys.prefix}")
    before = study.outputs()
    study.succeeds("git", "switch", "--create", "tutorial")
    assert "nothing to commit" in study.fails("git", "commit", "--all", "-m", "On my machine")

    study.configure(decay__ranges=["1..16", "full"], headline__range="1..16")
    words = study.run("-n", "--quiet", "rules")
    assert "fit_decay" in words
    assert "measure_influence" not in words
    assert "Recorded in dvc.lock" in study.succeeds(*reproduce, "CORES=1")
    params = json.loads(study.succeeds("dvc", "params", "diff", "--json"))
    assert params["config.yaml"]["headline.range"] == {"old": "1..20", "new": "1..16"}
    assert json.loads(study.succeeds("dvc", "metrics", "diff", "--json"))["results/metrics.json"]

    study.succeeds("git", "checkout", ".")
    study.succeeds("dvc", "checkout")
    study.succeeds(*REGISTER)
    assert "Nothing to be done" in study.run("-n")
    assert study.outputs() == before
    study.run("--report", "report.html")
    assert (study.folder / "report.html").stat().st_size > 100_000
