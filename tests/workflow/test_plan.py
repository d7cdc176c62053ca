"""Planning is quick and light, and every stage has its target."""

import os
import re
import subprocess
import sys

import pytest
from own_processes import processor_time_of_children
from tiny_study import REPOSITORY, Clone

LAST_RULE = {
    "corpora": "build_corpus",
    "models": "prepare_model",
    "windows": "reorder_windows",
    "influence": "measure_influence",
    "profiles": "aggregate_profiles",
    "decay": "fit_decay",
    "tables": "summarise_metrics",
    "figures": "draw_exponents",
    "page": "build_page",
}


@pytest.mark.parametrize(("target", "rule"), LAST_RULE.items())
def test_a_stage_has_a_target_that_ends_with_it(fresh: Clone, target, rule):
    planned = fresh.plan(target)
    order = list(LAST_RULE.values())
    assert planned[rule] > 0
    later = order[order.index(rule) + 1 :]
    assert not [name for name in later if planned[name] and target != "figures"]


def test_a_study_writes_logs_and_benchmarks_of_its_own(fresh: Clone):
    done = fresh.snakemake("--dry-run", "--config", "results=results/studies/mine")
    files = re.findall(
        r"^ +(?:log|benchmark): (.*?)(?: \(|$)", done.stdout + done.stderr, re.MULTILINE
    )
    assert len(files) > 20
    assert all(file.startswith("logs/results/studies/mine/") for file in files), files


def test_the_default_study_is_planned_in_seconds_without_torch(tmp_path):
    """`sitecustomize` refuses torch and transformers to whoever plans."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['torch'] = sys.modules['transformers'] = None\n"
    )
    before = processor_time_of_children()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--forceall", "--directory", tmp_path,
         "--configfile", REPOSITORY / "config.yaml"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{REPOSITORY}"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "measure_influence" in done.stdout + done.stderr
    assert processor_time_of_children() - before < 10  # the same on a busy machine; 4 s are usual


def test_lint_finds_nothing():
    done = Clone(REPOSITORY).snakemake("--lint")
    assert done.returncode == 0, done.stdout + done.stderr
