"""What DVC tells about versions: metrics, parameters, files, plots without a network, experiments."""

import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from drawn_plots import drawn
from versioned_study import Versioned

ARM = ["model", "weights", "corpus", "order", "objective"]
R_SQUARED = "arms.tiny.trained.second.intact.true_logit.power_law.r_squared"


def second_version(study: Versioned) -> None:
    """Other metrics, parameters and profiles, in the place of a run that takes a minute."""
    path = study.folder / "results/metrics.json"
    metrics = json.loads(path.read_text())
    metrics["arms"]["tiny"]["trained"]["second"]["intact"]["true_logit"]["power_law"].update(
        p=0.8, gamma=0.07, r_squared=0.99
    )
    path.write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")
    table = study.folder / "results/tables/profiles.csv"
    profiles = pd.read_csv(table)
    profiles.assign(median=profiles["median"] * 2).to_csv(table, index=False)
    study.configure(decay__ranges=["1..20"])
    study.succeeds("dvc", "commit", "--force", "study")
    study.commit("Second version")


def test_metrics_params_and_files_are_compared_against_any_commit(study: Versioned):
    second_version(study)
    metrics = json.loads(study.succeeds("dvc", "metrics", "diff", "HEAD~1", "HEAD", "--json"))
    changed = metrics["results/metrics.json"]
    prefix = R_SQUARED.removesuffix("r_squared")
    assert changed.keys() == {f"{prefix}{name}" for name in ("p", "gamma", "r_squared")}
    assert changed[f"{prefix}p"]["new"] == 0.8
    assert 0.99 == changed[R_SQUARED]["new"] != changed[R_SQUARED]["old"]
    assert R_SQUARED in study.succeeds("dvc", "metrics", "show")

    params = json.loads(study.succeeds("dvc", "params", "diff", "HEAD~1", "--json"))
    ranges = params["config.yaml"]["decay.ranges"]
    assert ranges == {"old": "['1..20', 'full']", "new": "['1..20']"}

    files = json.loads(study.succeeds("dvc", "diff", "HEAD~1", "HEAD", "--json"))
    assert files["modified"] == [
        {"path": "results/tables/"},
        {"path": "results/tables/profiles.csv"},
    ]
    (study.folder / "results/figures/exponents.png").unlink()
    status = json.loads(study.succeeds("dvc", "data", "status", "--granular", "--json"))
    assert status["uncommitted"]["deleted"] == ["results/figures/exponents.png"]


def test_plots_of_two_versions_are_overlaid_on_a_page_without_network(study: Versioned):
    second_version(study)
    study.succeeds("dvc", "plots", "diff", "HEAD~1", "HEAD")
    path = study.folder / "dvc_plots/index.html"
    page = path.read_text()
    assert "http" not in page
    images = re.findall(r'(?:src|href)="(.*?)"', page)
    assert {Path(image).suffix for image in images} == {".svg", ".png"}
    assert all((path.parent / image).is_file() for image in images)
    for kind in ("svg", "png"):
        for revision in ("HEAD~1", "HEAD"):
            assert f"static/{revision}_results_figures_exponents.{kind}" in images

    html = drawn(page)
    panels = re.findall(r"<figcaption>(.*?)</figcaption>(.*?)</figure>", html, re.DOTALL)
    assert "tiny · trained · first · intact · predicted_logit" in dict(panels)
    assert len(panels) == 5
    table = pd.read_csv(study.folder / "results/tables/profiles.csv")
    # Shown are distances that all predictions have, as r = 0 does, which a logarithmic axis has not.
    most = table.groupby(ARM)["n"].transform("max")
    assert (most[table["distance"] == 0] == table["n"][table["distance"] == 0]).all()
    assert (table["n"] < most).any()
    common = table[(table["n"] == most) & (table["distance"] > 0)]
    distances = common.groupby(ARM)["distance"].nunique()
    for arm, panel in panels:
        lines = re.findall(r'<polyline points="(.*?)"', panel)
        first, second = (
            [tuple(map(float, point.split(","))) for point in line.split()] for line in lines
        )
        assert re.findall(r"<title>(.*?)</title>", panel) == ["HEAD~1", "HEAD"]
        assert len(first) == len(second) == distances[tuple(arm.split(" · "))]
        assert [x for x, _ in first] == [x for x, _ in second]
        rises = [before - after for (_, before), (_, after) in zip(first, second, strict=True)]
        assert min(rises) > 0  # twice the influence lies higher, everywhere by as much
        assert max(rises) - min(rises) < 0.3


@pytest.mark.long
def test_two_fit_ranges_are_comparable_experiments(study: Versioned):
    before = study.outputs()
    study.succeeds("dvc", "exp", "save", "--name", "long")  # the run that the study came from
    words = study.succeeds(
        *("dvc", "exp", "run", "--name", "short"),
        *("--set-param", 'config.yaml:decay.ranges=["1..12"]'),
        *("--set-param", 'config.yaml:headline.range="1..12"'),
    )
    ran = Counter(re.findall(r"rule (\w+_\w+):", words))
    assert ran["fit_decay"] == 5
    assert ran["measure_influence"] == ran["aggregate_profiles"] == 0
    assert study.stale() == {}
    difference = json.loads(study.succeeds("dvc", "exp", "diff", "short", "long", "--json"))
    ranges = difference["params"]["config.yaml"]["headline.range"]
    assert (ranges["old"], ranges["new"]) == ("1..12", "1..20")
    metric = difference["metrics"]["results/metrics.json"][R_SQUARED]
    assert metric["old"] != metric["new"]

    # The first one comes back as it was.
    study.succeeds("dvc", "exp", "apply", "long")
    assert study.config()["headline"]["range"] == "1..20"
    assert study.stale() == {}
    assert study.outputs() == before
