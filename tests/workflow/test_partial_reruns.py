"""What runs again after which change, and nothing else; real Snakemake on a real, tiny study."""

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from tiny_study import Clone, write_model, write_text

FIT_AND_AFTER = Counter(
    fit_decay=5,
    compare_controls=1,
    compare_objectives=1,
    tabulate_objectives=1,
    build_tables=1,
    summarise_metrics=1,
    judge_claims=1,
    draw_profile=5,
    draw_objectives=1,
    draw_controls=1,
    draw_exponents=1,
    draw_sweep=1,
    draw_joint=1,
    build_page=1,
)
SENSITIVITY = Counter(fit_sensitivity=1, tabulate_sensitivity=1, draw_sensitivity=1)
SENSITIVITY_OF_ALL = SENSITIVITY + Counter(fit_sensitivity=4)
MIXTURES = Counter(compare_mixtures=3, tabulate_mixtures=1, draw_mixtures=1)
PROFILES = Counter(aggregate_profiles=5, draw_individual=5, tabulate_profiles=1)
PROFILES_AND_AFTER = FIT_AND_AFTER + SENSITIVITY_OF_ALL + MIXTURES + PROFILES
INFLUENCE_AND_AFTER = PROFILES_AND_AFTER + Counter(measure_influence=4)
WINDOWS_AND_AFTER = INFLUENCE_AND_AFTER + Counter(draw_windows=2, reorder_windows=1)
SUMMARIES = Counter(
    build_tables=1,
    summarise_metrics=1,
    judge_claims=1,
    draw_exponents=1,
    draw_sweep=1,
    draw_joint=1,
    build_page=1,
)
ONE_MIXTURE = Counter(compare_mixtures=1, tabulate_mixtures=1, draw_mixtures=1)
SECOND_ARM = (
    SENSITIVITY
    + ONE_MIXTURE
    + Counter(
        measure_influence=1,
        aggregate_profiles=1,
        tabulate_profiles=1,
        fit_decay=1,
        draw_profile=1,
        draw_individual=1,
    )
)


def test_nothing_runs_again_right_after(study: Clone):
    assert study.plan() == Counter()


# --- inputs ---------------------------------------------------------------------------------


def test_editing_one_text_runs_only_its_arms(study: Clone):
    write_text(study.folder / "inputs/second.txt", seed=3)
    changed = Counter(fetch_source=1, build_corpus=1, draw_windows=1)
    jobs, outputs = study.plan_with_outputs()
    assert jobs == changed + SECOND_ARM + SUMMARIES
    assert not [path for path in outputs if "/first/" in path and "/report/" not in path]


@pytest.mark.parametrize(
    ("file", "jobs"),
    [
        (
            "results/influence/tiny/trained/second/intact/seed0.parquet",
            SECOND_ARM + SUMMARIES,
        ),
        (
            "results/profiles/tiny/trained/second/intact/true_logit.parquet",
            Counter(aggregate_profiles=1, tabulate_profiles=1, draw_profile=1, draw_individual=1)
            + Counter(build_page=1),
        ),
        (
            "results/decay/tiny/trained/second/intact/true_logit.json",
            Counter(fit_decay=1, draw_profile=1) + SUMMARIES + SENSITIVITY + ONE_MIXTURE,
        ),
        ("results/figures/exponents.svg", Counter(draw_exponents=1, build_page=1)),
        (
            "resources/corpora/second.parquet",
            Counter(build_corpus=1, draw_windows=1) + SECOND_ARM + SUMMARIES,
        ),
    ],
)
def test_a_deleted_or_altered_file_runs_again_with_what_follows(study: Clone, file, jobs):
    path = study.folder / file
    whole = path.read_bytes()
    path.unlink()
    assert study.plan() == jobs
    path.write_bytes(whole[:-1] + b"?")
    assert study.plan() == jobs


def test_a_file_that_is_brought_back_runs_nothing(study: Clone):
    """As it was, at another date."""
    for file in ("results/influence/tiny/trained/second/intact/seed0.parquet", "inputs/first.txt"):
        path = study.folder / file
        whole = path.read_bytes()
        path.unlink()
        path.write_bytes(whole)
    assert study.plan() == Counter()


def test_replacing_the_model_runs_its_arms(study: Clone):
    write_model(study.folder / "inputs/model", seed=1)
    model = Counter(fetch_source=1, prepare_model=1)
    assert study.plan() == model + WINDOWS_AND_AFTER


# --- config ---------------------------------------------------------------------------------


def test_adding_a_corpus_runs_only_its_arms(study: Clone):
    write_text(study.folder / "inputs/third.txt", seed=5)
    config = study.config()
    config["sources"]["third-text"] = {"local": "inputs/third.txt", "licence": "own"}
    config["corpora"]["third"] = {"reader": "text", "sources": ["third-text"]}
    config["arms"][2]["corpora"].append("third")
    study.configure(**config)
    new = Counter(fetch_source=1, build_corpus=1, draw_windows=1)
    assert study.plan() == new + SECOND_ARM + SUMMARIES


def test_adding_a_seed_measures_only_the_new_one(study: Clone):
    study.configure(seeds=[0, 1])
    windows = Counter(draw_windows=2, reorder_windows=1, measure_influence=4)
    jobs, outputs = study.plan_with_outputs()
    assert jobs == windows + PROFILES_AND_AFTER
    assert not [path for path in outputs if path.endswith("seed0.parquet")]


def test_adding_an_objective_runs_the_arms_that_measure_it(study: Clone):
    config = study.config()
    config["arms"][2]["objectives"].append("temperature")
    study.configure(**config)
    arm = Counter(
        **(SENSITIVITY | {"fit_sensitivity": 2}),
        measure_influence=1,
        aggregate_profiles=2,
        tabulate_profiles=1,
        fit_decay=2,
        draw_profile=2,
        draw_individual=2,
        draw_objectives=1,
        compare_objectives=1,
        tabulate_objectives=1,
    )
    assert study.plan() == arm + ONE_MIXTURE + SUMMARIES


def test_window_length_runs_windows_and_all_after(study: Clone):
    study.configure(windows__length=40)
    assert study.plan() == WINDOWS_AND_AFTER


@pytest.mark.parametrize(
    "change", [{"decay__bootstrap__resamples": 30}, {"decay__ranges": ["1..20", "2..20"]}]
)
def test_fit_settings_run_the_fits_and_what_follows(study: Clone, change):
    study.configure(**change)
    assert study.plan() == FIT_AND_AFTER + SENSITIVITY_OF_ALL + MIXTURES


def test_headline_range_runs_only_what_shows_it(study: Clone):
    study.configure(headline__range="full")
    shown = Counter(draw_profile=5, draw_individual=5, draw_objectives=1, draw_controls=1)
    shown += SENSITIVITY_OF_ALL + MIXTURES + Counter(draw_joint=1, build_page=1)
    assert study.plan() == shown + Counter(summarise_metrics=1, judge_claims=1)


def test_size_of_figures_draws_all_of_them_again_and_nothing_else(study: Clone):
    study.configure(figures={"size": "slides"})
    drawn = Counter(draw_profile=5, draw_individual=5, draw_objectives=1, draw_controls=1)
    drawn += Counter(draw_exponents=1, draw_sweep=1, draw_joint=1, draw_sensitivity=1)
    assert study.plan() == drawn + Counter(draw_mixtures=1, build_page=1)


# --- code -----------------------------------------------------------------------------------


def test_editing_a_figure_function_draws_that_figure_again(study: Clone):
    figure = study.folder / "token_influence/figures/objectives.py"
    figure.write_text(figure.read_text() + "\nADDED = 1\n")
    assert study.plan() == Counter(draw_objectives=1)


def test_editing_the_jacobian_module_measures_again_and_all_after(study: Clone):
    module = study.folder / "token_influence/influence/measure.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    assert study.plan() == INFLUENCE_AND_AFTER


def test_editing_how_files_are_downloaded_runs_nothing(study: Clone):
    for module in ("retries", "downloads", "hub", "package_index"):
        path = study.folder / f"token_influence/sources/{module}.py"
        path.write_text(path.read_text() + "\nADDED = 1\n")
    assert study.plan() == Counter()


def test_touching_every_file_and_editing_comments_and_docstrings_runs_nothing(study: Clone):
    for path in study.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path)
    for file in ["token_influence/influence/measure.py", "scripts/measure_influence.py"]:
        path = study.folder / file
        path.write_text(path.read_text().replace('"""', '"""Indeed: ', 1) + "\n# A comment.\n")
    assert study.plan() == Counter()


def test_checking_out_another_branch_and_back_runs_nothing(study: Clone):
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
        subprocess.run(["git", *identity, *arguments], cwd=study.folder, check=True)

    (study.folder / ".gitignore").write_text("results\nresources\nlogs\n.snakemake\n")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=main")
    git("switch", "--quiet", "--create=other")
    for file in Path(study.folder / "token_influence").rglob("*.py"):
        file.write_text(file.read_text() + "\nOTHER = 1\n")
    git("commit", "--quiet", "--all", "--message=other")
    assert study.plan() == Counter(fetch_source=3, build_corpus=2, prepare_model=1) + (
        WINDOWS_AND_AFTER
    )
    git("switch", "--quiet", "main")
    assert study.plan() == Counter()
