"""A colleague's path: clone, pull, draw, register, go on; over a folder and over S3."""

import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from tiny_study import Clone, new_clone
from versioned_study import RECORD, REGISTER, Versioned, put_under_versions

from token_influence.files import sha256
from token_influence.provenance.changes import read_record
from token_influence.provenance.records import write_record
from token_influence.sources.checksums import fingerprint


def test_a_full_pull_is_registered_and_nothing_runs(study: Versioned):
    study.succeeds("dvc", "push")
    colleague = study.clone("colleague")
    assert "run `dvc pull`" in colleague.fails(*REGISTER)
    colleague.succeeds("dvc", "pull")
    assert colleague.outputs() == study.outputs()
    assert colleague.stale() == {}
    assert colleague.plan() != Counter()
    options = f"--old-file={sys.prefix}/.installed", f"VENV={sys.prefix}"
    assert "nothing to do" in colleague.succeeds("make", "register", *options)
    assert colleague.plan() == Counter()
    assert colleague.stale() == {}
    assert not (colleague.folder / "results/run.json").exists()  # nothing was run here

    # From here on a change counts, also one made by hand.
    colleague.configure(decay__ranges=["1..20"])
    assert colleague.plan()["fit_decay"] == 5
    colleague.succeeds("git", "checkout", "config.yaml")
    table = colleague.folder / "results/tables/decay.csv"
    table.write_text(table.read_text() + "\n")
    assert colleague.plan()["build_tables"] == 1


@pytest.mark.long
def test_a_version_checked_out_in_place_is_registered_too(study: Versioned):
    path = study.folder / "results/figures/exponents.png"  # of which nothing is made
    first = path.read_bytes()
    path.write_bytes(first + b"\n")  # in the place of a run that takes a minute
    record = read_record(path)
    write_record(path, replace(record, sha256=sha256(path)))
    study.succeeds("dvc", "commit", "--force", "study")
    study.commit("Another figure")
    study.succeeds("git", "checkout", "--quiet", "HEAD~1")
    study.succeeds("dvc", "checkout")
    assert path.read_bytes() == first
    study.succeeds(*REGISTER)
    assert study.plan() == Counter()
    study.succeeds("git", "checkout", "--quiet", "main")
    study.succeeds("dvc", "checkout")
    study.succeeds(*REGISTER)
    assert path.read_bytes() == first + b"\n"


@pytest.mark.long
def test_figures_are_drawn_from_pulled_profiles_and_fits_alone(study: Versioned):
    study.succeeds("dvc", "push")
    colleague = study.clone("colleague")
    colleague.succeeds("dvc", "pull", "results/profiles", "results/decay")
    make = ("make", "figures", f"--old-file={sys.prefix}/.installed", f"VENV={sys.prefix}")
    colleague.succeeds(*make)
    drawn = {path for path in colleague.outputs() if path.startswith("results/figures/")}
    assert drawn == {
        path
        for path in study.outputs()
        if path.startswith(("results/figures/profile/", "results/figures/objectives/"))
    }
    for path in drawn:
        assert colleague.outputs()[path] == study.outputs()[path]
    assert not (colleague.folder / "results/influence").exists()


# --- a model that has to be fetched -----------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index on the loopback; the folder it serves."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    folder = tmp_path / "index"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_address[1]}/simple/")
    yield folder
    server.shutdown()


def model_from(index: Path, study: Clone) -> dict[str, object]:
    """Offer the tiny model as a package; the source that names it."""
    wheel = "tiny-1.0-py3-none-any.whl"
    page = index / "simple/tiny/index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="{wheel}">{wheel}</a>')
    model = study.folder / "inputs/model"
    with zipfile.ZipFile(page.with_name(wheel), "w") as archive:
        for file in model.iterdir():
            archive.write(file, file.name)
    shutil.rmtree(model)
    sha256 = fingerprint(page.with_name(wheel))["sha256"]
    package = {"name": "tiny", "version": "1.0", "file": wheel, "sha256": sha256, "members": ["*"]}
    return {"package": package, "licence": "own"}


@pytest.mark.long
def test_after_a_pull_a_new_corpus_runs_only_its_arms_though_the_model_is_fetched_anew(
    tmp_path: Path, index: Path
):
    made = new_clone(tmp_path / "study")
    config = made.config()
    config["sources"]["tiny-files"] = model_from(index, made)
    config["arms"] = [config["arms"][0] | {"objectives": ["true_logit"]}]
    made.configure(**config)
    made.run()
    study = put_under_versions(made)
    study.succeeds("dvc", "push")

    colleague = study.clone("colleague")
    colleague.succeeds("dvc", "pull")
    colleague.succeeds(*REGISTER)
    assert colleague.plan() == Counter()
    fetched = colleague.folder / "resources/sources/tiny-files/files"
    assert not fetched.exists()
    config["arms"][0]["corpora"] = ["first", "second"]
    colleague.configure(**config)
    new_arm = Counter(
        fetch_source=1,
        build_corpus=1,
        draw_windows=1,
        measure_influence=1,
        aggregate_profiles=1,
        fit_decay=1,
        draw_profile=1,
        draw_individual=1,
    )
    planned = colleague.plan()
    assert {rule: planned[rule] for rule in new_arm} == new_arm
    assert planned["prepare_model"] == 0
    planned_of_first = [path for path in colleague.planned_outputs() if "/first/" in path]
    assert all("/report/" in path for path in planned_of_first)  # the page copies all figures
    colleague.run()
    assert (fetched / "model.safetensors").is_file()
    before = {
        path: content
        for path, content in study.outputs().items()
        if "/first/" in path and "/report/" not in path
    }
    assert before.items() <= colleague.outputs().items()
    assert colleague.plan() == Counter()
    colleague.succeeds(*RECORD)
    assert colleague.stale() == {}


# --- S3 ---------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_version_travels_over_s3(study: Versioned, s3: str):
    requests.put(f"{s3}/versions", timeout=5).raise_for_status()
    study.succeeds("dvc", "remote", "add", "--default", "shared", "s3://versions/study")
    study.succeeds("dvc", "remote", "modify", "shared", "endpointurl", s3)
    study.commit("Share over S3")
    study.succeeds("dvc", "push")
    assert study.succeeds("dvc", "status", "--cloud", "--json").strip() == "{}"
    colleague = study.clone("colleague")
    colleague.succeeds("dvc", "pull")
    assert colleague.outputs() == study.outputs()
    assert colleague.stale() == {}
    assert not (study.folder.parent / "token-influence-versions").exists()
