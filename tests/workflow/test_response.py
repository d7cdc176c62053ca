"""The response in the workflow: a file for each arm and seed, tables, figures; nothing without it."""

import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from tiny_study import Clone, new_clone

SECTION = {
    "models": ["tiny"],
    "corpora": ["first", "second"],
    "seeds": 1,
    "windows": 4,
    "predictions": 1,
    "distances": [0, 1, 2, 4, 8, 16],
    "epsilons": [0.0001, 0.1, 1.0],
    "directions": 1,
    "probes": 2,
    "interventions": ["unigram", "zeros", "mean", "swap"],
    "every_source": {"windows": 2, "length": 12},
}
RULES = {
    "measure_perturbations",
    "measure_interventions",
    "measure_sources",
    "tabulate_response",
    "tabulate_agreement",
    "draw_response",
}
TABLES = ("", "_radius", "_effects", "_fits", "_verdicts", "_agreement")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A tiny study in which nothing has run."""
    clone = new_clone(tmp_path_factory.mktemp("response") / "study")
    clone.configure(response=SECTION)
    return clone


def test_the_target_measures_both_intact_arms(clone: Clone):
    jobs, outputs = clone.plan_with_outputs("response")
    measured = {name: 2 for name in RULES if name.startswith("measure")}
    shown = Counter(tabulate_response=1, tabulate_agreement=1, draw_response=1)
    assert {name: jobs[name] for name in RULES if jobs[name]} == measured | shown
    assert "results/response/tiny/trained/first/intact/sources/seed0.parquet" in outputs
    assert {f"results/tables/response{name}.csv" for name in TABLES} <= outputs
    assert "results/figures/response/linearity.svg" in outputs
    assert not jobs["measure_influence"]


def test_parts_are_jobs_with_files_of_their_own_and_are_merged(clone: Clone):
    clone.configure(response=SECTION | {"windows_per_job": 3})
    jobs, outputs = clone.plan_with_outputs("response")
    clone.configure(response=SECTION)
    # Two arms: 4 windows are two parts, the 2 windows with every source are one.
    assert (jobs["measure_perturbations"], jobs["measure_sources"]) == (4, 2)
    assert jobs["merge_response"] == 2 * 3
    arm = "response/tiny/trained/first/intact"
    assert {path for path in outputs if path.startswith(f"results/parts/{arm}")} == {
        f"results/parts/{arm}/{table}/seed0/{span}.parquet"
        for table, spans in {
            "perturbations": ("0-2", "3-3"),
            "interventions": ("0-2", "3-3"),
            "sources": ("0-1",),
        }.items()
        for span in spans
    }
    assert f"results/{arm}/sources/seed0.parquet" in outputs


def test_without_the_section_nothing_is_planned(clone: Clone):
    clone.configure(response=None)
    assert not RULES & set(clone.plan())
    clone.configure(response=SECTION)


@pytest.fixture(scope="module")
def responded(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The stage of one arm, run to its end."""
    clone = new_clone(tmp_path_factory.mktemp("responded") / "study")
    clone.configure(response=SECTION | {"corpora": ["first"]})
    clone.run("response")
    return clone


@pytest.mark.long
def test_the_stage_runs_to_its_tables_and_figures(responded: Clone):
    tables = {
        name: pd.read_csv(responded.folder / f"results/tables/response{name}.csv")
        for name in TABLES
    }
    assert len(tables[""]) == 2 * 6 * 3  # directions, distances, steps
    assert set(tables["_effects"]["intervention"]) == set(SECTION["interventions"])
    assert set(tables["_fits"]["family"]) == {"power_law", "exponential"}
    assert set(tables["_verdicts"]["answer"]) == {"open"}  # four windows are too few
    assert set(tables["_agreement"]["n"]) == {2}
    assert (tables[""]["error"][tables[""]["epsilon"] < 0.001] < 0.05).all()


@pytest.mark.long
def test_parts_give_the_bytes_of_one_job_and_may_be_deleted(responded: Clone, tmp_path: Path):
    shutil.copytree(responded.folder, tmp_path / "study", symlinks=True)
    clone = Clone(tmp_path / "study")
    merged = [
        f"results/response/tiny/trained/first/intact/{change}/seed0.parquet"
        for change in ("perturbations", "interventions", "sources")
    ]
    before = [(clone.folder / file).read_bytes() for file in merged]
    clone.configure(response__windows_per_job=3)  # of 4 windows
    clone.run("--", *merged)
    assert [(clone.folder / file).read_bytes() for file in merged] == before
    shutil.rmtree(clone.folder / "results/parts")
    # What follows is as it was: the merged files have their old content.
    assert clone.plan("response") == Counter()
