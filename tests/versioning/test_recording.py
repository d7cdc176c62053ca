"""DVC tracks what Snakemake makes, and a version is only ever made of finished results."""

import re
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from own_processes import processor_time_of_children
from tiny_study import REPOSITORY, Clone, write_text
from versioned_study import RECORD, REGISTER, Versioned

from token_influence.config import arms, load_study
from token_influence.parquet import write_parquet
from token_influence.provenance.records import record_path


def stage() -> dict:
    return yaml.safe_load((REPOSITORY / "dvc.yaml").read_text())["stages"]["study"]


def test_outs_are_exactly_the_folders_that_the_rules_write(fresh: Clone):
    shutil.copy(REPOSITORY / "config.yaml", fresh.folder)
    entries = [*stage()["outs"], *stage()["metrics"]]
    tracked = [path for entry in entries for path in entry]
    owners = {
        path: [folder for folder in tracked if Path(path).is_relative_to(folder)]
        for path in fresh.planned_outputs()
    }
    assert [path for path, found in owners.items() if len(found) != 1] == []
    of_metrics = str(record_path("results/metrics.json"))  # the other records lie in the folders
    assert {folder for found in owners.values() for folder in found} | {of_metrics} == set(tracked)
    assert all(options["persist"] for entry in entries for options in entry.values())


def test_a_recorded_study_is_clean_and_holds_no_more_than_the_manifests(study: Versioned):
    weights = study.folder / "resources/models/tiny/trained/model.safetensors"
    fetched = study.folder / "resources/sources/first-text/files/big.txt"
    for path in (weights, fetched):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("fetched")
    assert study.stale() == {}
    listed = study.succeeds("dvc", "ls", ".", "resources", "--dvc-only", "--recursive").split()
    results = [
        "corpora/first.parquet",
        "corpora/second.parquet",
        "models/tiny/trained/manifest.json",
        *(f"sources/{name}/manifest.json" for name in ("first-text", "second-text", "tiny-files")),
    ]
    assert sorted(listed) == sorted([*results, *(str(record_path(path)) for path in results)])
    # Neither bringing a version back nor making one touches what was fetched.
    shutil.rmtree(study.folder / "results/figures")
    study.succeeds("dvc", "checkout", "--force")
    study.succeeds(*RECORD)
    assert [weights.read_text(), fetched.read_text()] == ["fetched", "fetched"]


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("Snakefile", "Snakefile"),
        ("rules/decay.smk", "rules"),
        ("scripts/fit_decay.py", "scripts"),
        ("token_influence/decay/records.py", "token_influence"),
        ("requirements.lock", "requirements.lock"),
        ("inputs/first.txt", "inputs"),
        ("results/decay/tiny/trained/first/intact/true_logit.json", "results/decay"),
        ("results/metrics.json", "results/metrics.json"),
    ],
)
def test_status_shows_what_changed(study: Versioned, file: str, found: str):
    path = study.folder / file
    path.write_text(path.read_text() + "\n")
    (changes,) = study.stale()["study"]
    assert [set(group) for group in changes.values()] == [{found}]


def test_a_stale_result_is_never_recorded_or_registered(study: Versioned):
    lock = (study.folder / "dvc.lock").read_text()
    study.configure(decay__bootstrap__resamples=30)
    assert study.stale()["study"] == [{"changed deps": {"config.yaml": {"decay": "modified"}}}]
    words = study.fails(*RECORD)
    assert "fit_decay" in words
    assert "Nothing was recorded; run `make reproduce`." in words
    assert "run `dvc pull` for that version, or `make reproduce`" in study.fails(*REGISTER)
    assert (study.folder / "dvc.lock").read_text() == lock
    study.succeeds("git", "checkout", "config.yaml")
    assert study.stale() == {}


def test_a_result_altered_by_hand_is_not_recorded(study: Versioned):
    path = study.folder / "results/tables/decay.csv"
    before = path.read_text()
    path.write_text(before.replace("tiny", "huge"))
    assert "build_tables" in study.fails(*RECORD)
    study.succeeds("dvc", "checkout", "--force", "results/tables")
    assert path.read_text() == before
    assert "Recorded" in study.succeeds(*RECORD)


def test_results_of_another_config_are_not_recorded_whatever_snakemake_remembers(study: Versioned):
    study.configure(windows__positions=1)
    shutil.rmtree(study.folder / ".snakemake")
    assert "draw_windows" in study.fails(*RECORD)
    study.succeeds("git", "checkout", "config.yaml")
    assert "Recorded" in study.succeeds(*RECORD)


def test_an_arm_that_left_the_config_leaves_nothing_in_what_is_recorded(study: Versioned):
    """Copies of an arm's files under another name are what an arm leaves that was in the config."""
    corpora = (study.folder / "resources/corpora").iterdir()
    arm = [*study.outputs(), *(str(path.relative_to(study.folder)) for path in corpora)]
    left = {path: path.replace("second", "left") for path in arm if "second" in path}
    for path, copy in left.items():
        (study.folder / copy).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(study.folder / path, study.folder / copy)
    assert "files that the study no longer makes were moved" in study.succeeds(*RECORD)
    assert study.stale() == {}
    listed = study.succeeds("dvc", "ls", ".", "--dvc-only", "--recursive").split()
    assert [path for path in listed if "left" in path] == []
    aside = study.folder / "results/set_aside/1"
    assert {copy for copy in left.values() if not (aside / copy).is_file()} == set()
    assert len(left) > 10
    assert (study.folder / "results/report/run.js").is_file()  # which no version holds
    assert [path for path in listed if "run.js" in path] == []
    assert study.plan() == Counter()


def test_a_local_source_has_to_be_among_the_deps(study: Versioned):
    study.edit("dvc.yaml", "      - inputs\n", "      - inputs/first.txt\n")
    assert "inputs/model, inputs/second.txt: add this to `deps`" in study.fails(*RECORD)


def test_without_git_there_is_nothing_to_record(study: Versioned):
    shutil.rmtree(study.folder / ".git")
    assert "nothing to record" in study.succeeds(*RECORD)


def test_make_reproduce_with_nothing_to_do_leaves_all_clean(study: Versioned):
    installed = f"{sys.prefix}/.installed"
    before = processor_time_of_children()
    words = study.succeeds(
        "make", "reproduce", f"--old-file={installed}", f"VENV={sys.prefix}", "CORES=1"
    )
    # The same on a busy machine; 11 s are usual.
    assert processor_time_of_children() - before < 30
    assert "Nothing to be done" in words
    # `make test` runs this `make` below another one, which adds lines of its own.
    assert re.search(r"(?m)^same as recorded: metrics; (\d+) of \1 files to the byte$", words)
    assert study.stale() == {}
    assert study.succeeds("git", "status", "--porcelain") == ""


def test_the_default_study_stays_far_below_60_megabytes(finished_study: Clone, tmp_path: Path):
    """Influence is nearly all of what grows with a study; figures and corpora are some 10 MB."""
    config = load_study(yaml.safe_load((REPOSITORY / "config.yaml").read_text()))
    windows = config.windows
    measured = sum(len(arm.objectives) for arm in arms(config)) * len(config.seeds)
    rows = measured * windows.per_seed * windows.positions * windows.length

    # A million rows of the measured types, of influence that falls by a power law with noise.
    tiny = finished_study.folder / "results/influence/tiny/trained/second/intact/seed0.parquet"
    distance = np.tile(np.arange(500), 2000)
    noise = np.random.default_rng(0).lognormal(sigma=0.5, size=distance.size)
    prediction = np.repeat(np.arange(2000), 500)
    values = {
        "window": prediction // 4,
        "position": 256 + prediction % 4,
        "objective": "true_logit",
        "distance": distance,
        "influence": noise / (distance + 1),
    }
    frame = pd.DataFrame(values).astype(pd.read_parquet(tiny).dtypes.to_dict())
    write_parquet(frame, tmp_path / "million.parquet", {})
    bytes_per_row = (tmp_path / "million.parquet").stat().st_size / len(frame)
    assert bytes_per_row < 7
    assert rows * bytes_per_row < 20e6


@pytest.mark.long
def test_repro_runs_only_what_changed_and_keeps_others_out(study: Versioned):
    """Changes one text, then takes that back: DVC's run cache does not step in for Snakemake."""
    before = study.outputs()
    text = (study.folder / "inputs/second.txt").read_bytes()
    write_text(study.folder / "inputs/second.txt", seed=3)
    process = study.start("dvc", "repro")
    while not list(study.folder.glob(".snakemake/locks/*")):
        assert process.poll() is None
        time.sleep(0.05)
    busy = study.fails("dvc", "commit", "--force", "study")
    assert "is busy" in busy
    assert "dvc repro" in busy
    words, _ = process.communicate()
    assert process.returncode == 0, words
    assert study.stale() == {}
    ran = Counter(line.split()[1].rstrip(":") for line in words.splitlines() if "rule " in line)
    assert ran["measure_influence"] == 1
    assert not [
        path
        for path, now in study.outputs().items()
        if "/first/" in path and "/report/" not in path and before[path] != now
    ]
    study.commit("Another second text")

    (study.folder / "inputs/second.txt").write_bytes(text)
    study.succeeds("dvc", "repro")
    assert study.outputs() == before
    assert study.stale() == {}
    assert study.plan() == Counter()
