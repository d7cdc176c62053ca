"""A model that is trained by the study: what runs, what runs again, what bad input is told."""

import json

import pandas as pd
import pytest
from tiny_study import Clone


@pytest.mark.long
def test_a_training_study_runs_to_its_figure_and_runs_again_only_what_changed(growing: Clone):
    growing.run()
    results = growing.folder / "results"
    table = pd.read_csv(results / "tables/emergence.csv")
    assert table["step"].tolist() == [0, 6]
    assert table["tokens_seen"].tolist() == [0, 6 * 2 * 64]
    assert (table["held_out_loss"] > 0).all()
    assert (results / "figures/emergence/grown.png").exists()
    assert not (results / "figures/exponents.svg").exists()
    _windows_lie_in_held_out_documents(growing)
    assert not growing.plan()

    # An arm more measures a checkpoint that is there already.
    arms = growing.config()["arms"]
    growing.configure(arms=[arms[0] | {"weights": ["step0", "step2", "trained"]}])
    plan = growing.plan()
    assert plan["train_model"] == 0
    assert plan["register_checkpoint"] == 1
    assert plan["measure_influence"] == 2
    growing.configure(arms=arms)

    growing.configure(models__grown__training__learning_rate=0.02)
    assert growing.plan("influence")["train_model"] == 1
    growing.configure(models__grown__training__learning_rate=0.01)

    # Files behind the manifests are not part of the graph, but a job that needs them says so.
    (growing.folder / "resources/models/grown/step6/model.safetensors").unlink()
    assert not growing.plan()
    done = growing.snakemake("--cores", "1", "--forcerun", "measure_influence", "--", "influence")
    assert done.returncode != 0
    assert "step6 is missing or damaged" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr.partition("measure_influence:")[0]


def _windows_lie_in_held_out_documents(clone: Clone) -> None:
    record = json.loads((clone.folder / "resources/models/grown/training.json").read_text())
    learnt, kept = (set(record[part]["tales"]["documents"]) for part in ("learnt", "held_out"))
    windows = pd.read_parquet(clone.folder / "results/windows/grown/unseen/intact/seed0.parquet")
    assert set(windows["document_id"]) <= kept
    assert not kept & learnt
    assert len(kept | learnt) == 10


def test_the_plan_of_a_training_study_is_known_before_anything_runs(growing: Clone):
    plan = growing.plan()
    assert plan["train_model"] == plan["hold_out_documents"] == plan["build_corpus"] == 1
    assert plan["prepare_model"] == 0
    assert plan["register_checkpoint"] == plan["measure_influence"] == 2
    assert plan["tabulate_emergence"] == plan["draw_emergence"] == 1


@pytest.mark.long
def test_too_few_documents_to_hold_any_out(growing: Clone):
    for tale in sorted((growing.folder / "inputs/tales").iterdir())[1:]:
        tale.unlink()
    done = growing.snakemake("--cores", "1", "--", "models")
    assert done.returncode != 0
    assert "train_model: Of the 1 documents of the corpus 'tales', none fits" in done.stderr
    assert not (growing.folder / "resources/models/grown/training.json").exists()
