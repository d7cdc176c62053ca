"""`make record` writes the numbers that pages quote, of finished studies only."""

import json
from pathlib import Path

import pytest
import yaml
from versioned_study import RECORD, Versioned

from token_influence.files import read_json, write_json
from token_influence.tables.metrics import rounded


def test_the_default_study_gives_its_headline_numbers_with_the_run(study: Versioned):
    data = read_json(study.folder / "docs/data/default.json")
    ran = read_json(study.folder / "results/run.json")
    assert data["run"] == {key: ran[key] for key in ("commit", "finished", "processor")}
    metrics = read_json(study.folder / "results/metrics.json")
    assert data["headline"] == metrics["headline"]
    for row in data["profiles"]:
        arm = metrics["arms"][row["model"]][row["weights"]][row["corpus"]][row["order"]]
        power = arm[row["objective"]]["power_law"]
        for name, value in {
            "loss": arm["loss"],
            "r_squared": power["r_squared"],
            "p": power["p"],
        }.items():
            assert rounded(row.get(name)) == value
    assert {row["verdict"] for row in data["verdicts"]} - {"not measured"}


def test_the_same_numbers_keep_the_run_that_first_gave_them(study: Versioned):
    file = study.folder / "docs/data/default.json"
    before = file.read_text()
    write_json(json.loads(before)["run"] | {"commit": "later"}, study.folder / "results/run.json")
    assert "docs/data" not in study.succeeds(*RECORD)
    assert file.read_text() == before
    file.write_text(before.replace('"loss": ', '"loss": 1'))
    assert "docs/data/default.json; `make pages` puts" in study.succeeds(*RECORD)
    assert json.loads(file.read_text())["run"]["commit"] == "later"


@pytest.mark.long
def test_another_study_is_taken_over_when_it_has_run_with_the_same_config(study: Versioned):
    overlay = study.folder / "studies/more.yaml"
    overlay.parent.mkdir(exist_ok=True)
    arms = study.config()["arms"][:1]
    overlay.write_text(yaml.safe_dump({"results": "results/studies/more", "arms": arms}))
    file, record = study.folder / "docs/data/more.json", (*RECORD, "more")
    lock = (study.folder / "dvc.lock").read_text()
    words = study.fails(*record)
    assert "measure_influence" in words
    assert "The results of more are missing or not up to date" in words
    study.run("--configfile", "studies/more.yaml")
    assert "docs/data/more.json" in study.succeeds(*record)
    assert read_json(file)["study"] == "more"
    assert {row["model"] for row in read_json(file)["profiles"]} == {"tiny"}
    before = file.read_text()
    words = study.fails(*record, "--config", "headline={range: full}")
    assert words.endswith("--configfile studies/more.yaml --config 'headline={range: full}'`.\n")
    assert file.read_text() == before
    assert (study.folder / "dvc.lock").read_text() == lock


def test_a_study_that_is_not_there_is_one_sentence(study: Versioned):
    Path(study.folder, "studies").mkdir(exist_ok=True)
    assert study.fails(*RECORD, "no") == "There is no study 'no'; allowed: none is there.\n"
