"""Every study of studies/ is planned as it says, beside the default one and not over it."""

import os
import re
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from snakemake.utils import update_config
from tiny_study import REPOSITORY, Clone, outputs_of_plan, planned_jobs

from token_influence.config import Study, arms, load_study, text_of, windows_of
from token_influence.orders import CONTROLS, ORDERS, PAIRED

STUDIES = sorted(path.stem for path in (REPOSITORY / "studies").glob("*.yaml"))


def laid_over(name: str) -> Study:
    raw = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
    update_config(raw, yaml.safe_load((REPOSITORY / f"studies/{name}.yaml").read_text()))
    return load_study(raw)


def plan(name: str, folder: Path) -> str:
    """What a dry run of the study prints in an empty folder; made once for all test processes."""
    empty, kept = folder / name, folder / f"{name}.txt"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            empty.mkdir(exist_ok=True)
            configs = [REPOSITORY / "config.yaml", REPOSITORY / f"studies/{name}.yaml"]
            command = ["--dry-run", "--directory", empty, "--configfile", *configs]
            done = Clone(REPOSITORY).snakemake(*map(str, command))
            assert done.returncode == 0, done.stdout + done.stderr
            kept.write_text(done.stdout + done.stderr)
    return kept.read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plans lie."""
    base = tmp_path_factory.getbasetemp()
    plans = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "plans-of-studies"
    plans.mkdir(exist_ok=True)
    return plans


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_writes_nothing_of_the_default_one(name, folder):
    paths = outputs_of_plan(plan(name, folder))
    results = {path for path in paths if not path.startswith("resources/")}
    assert results
    assert all(path.startswith(f"results/studies/{name}/") for path in results)


def test_the_paper_is_measured_in_every_combination(folder):
    study, planned = laid_over("paper"), planned_jobs(plan("paper", folder))
    assert len(arms(study)) == 5 * 2 * 2 * 2
    assert {arm.objectives for arm in arms(study)} == {("true_logit", "predicted_logit")}
    assert planned["measure_influence"] == 40 * 3
    assert planned["compare_controls"] == 5 * 2 * 2 * 2
    assert planned["build_corpus"] == 2
    commits = {source.hub.revision for source in study.sources.values() if source.hub}
    assert len(commits) == 6
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for commit in commits)


def test_families_share_the_text_of_both_lengths(folder):
    planned = planned_jobs(plan("families", folder))
    assert planned["build_corpus"] == 2
    assert planned["draw_windows"] == 4 * 2  # without Gemma, whose terms are not accepted
    study = laid_over("families")
    assert {windows_of(study, arm.corpus).length for arm in arms(study)} == {512, 1024}


def test_context_builds_its_long_text_once(folder):
    planned = planned_jobs(plan("context", folder))
    assert planned["build_corpus"] == 1
    assert planned["measure_influence"] == 6 * 2
    study = laid_over("context")
    texts = {text_of(study, arm.corpus) for arm in arms(study)}
    assert texts == {"long-2048-late"}
    lengths = {windows_of(study, arm.corpus).length for arm in arms(study)}
    assert lengths == {256, 512, 1024, 2048}


def test_what_decides_has_as_many_random_windows_as_trained_ones(folder):
    planned = planned_jobs(plan("decide", folder))
    assert planned["build_corpus"] == 2
    assert planned["measure_influence"] == (2 * 2 + 2) * 8
    study = laid_over("decide")
    assert {windows_of(study, arm.corpus).per_seed for arm in arms(study)} == {32}


def test_the_small_training_needs_no_model_from_elsewhere_and_ends_in_its_figure(folder):
    planned = planned_jobs(plan("emergence-small", folder))
    assert planned["train_model"] == 1
    assert planned["prepare_model"] == 0
    assert planned["fetch_source"] == 4
    assert planned["register_checkpoint"] == 20
    assert planned["measure_influence"] == 20 * 2
    assert planned["draw_emergence"] == planned["tabulate_emergence"] == 1
    assert planned["draw_individual"] == planned["draw_controls"] == planned["draw_exponents"] == 0


def test_emergence_fetches_every_step_of_both_models(folder):
    planned = planned_jobs(plan("emergence", folder))
    assert planned["fetch_source"] == 2 * (20 + 1) + 4
    assert planned["draw_emergence"] == 2
    steps = {int(arm.weights.removeprefix("step")) for arm in arms(laid_over("emergence"))}
    assert (len(steps), min(steps), max(steps)) == (20, 0, 143_000)


def test_the_study_of_the_response_has_every_order_and_counts_each_corpus_once(folder):
    planned = planned_jobs(plan("response", folder))
    study = laid_over("response")
    assert {arm.order for arm in arms(study)} == set(ORDERS)
    assert planned["count_tokens"] == 2
    assert planned["reorder_windows"] == 2 * len(CONTROLS) * len(study.seeds)
    assert planned["compare_controls"] == 2 * len(PAIRED)
    assert planned["classify_sources"] == 2 * 2
