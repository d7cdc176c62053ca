"""Results of another config, code or input are never taken as they are, whatever Snakemake remembers."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from tiny_study import Clone, write_model, write_text

from token_influence.provenance.records import record_path

TABLE = "results/tables/decay.csv"


def forget(study: Clone) -> None:
    """As in a copied folder, or a cleaned one."""
    shutil.rmtree(study.folder / ".snakemake")


def everything(study: Clone) -> dict[str, tuple[int, int]]:
    """Size and date of every file but Snakemake's own logs and its cache of dates."""
    return {
        str(path.relative_to(study.folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in study.folder.rglob("*")
        if path.is_file() and not {"log", "iocache", "__pycache__"} & set(path.parts)
    }


def test_a_folder_without_snakemake_s_memory_is_up_to_date(study: Clone):
    forget(study)
    assert study.plan() == Counter()


def test_other_positions_run_again_without_snakemake_s_memory(study: Clone):
    study.configure(windows__positions=1)
    remembered = study.plan()
    forget(study)
    assert study.plan() == remembered
    assert remembered["draw_windows"] == 2
    study.configure(windows__positions=2)
    assert study.plan() == Counter()


def test_other_code_runs_again_without_snakemake_s_memory(study: Clone):
    module = study.folder / "token_influence/figures/objectives.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    forget(study)
    assert study.plan() == Counter(draw_objectives=1)


def test_planning_says_what_differs_and_a_part_of_the_study_runs_no_more(study: Clone):
    study.configure(headline__range="full")
    forget(study)
    done = study.snakemake("--dry-run", "results/figures/exponents.svg")
    assert "Nothing to be done" in done.stdout + done.stderr
    done = study.snakemake("--dry-run", "results/metrics.json")
    for file in ("results/metrics.json", "results/tables/verdicts.csv"):
        assert f"Made again: {file} was made with another headline." in done.stderr
    assert done.stderr.count("Made again: ") == 2


def test_planning_writes_nothing(study: Clone):
    write_text(study.folder / "inputs/second.txt", seed=3)
    before = everything(study)
    assert study.plan() != Counter()
    assert everything(study) == before


@pytest.mark.long
def test_broken_records_and_an_altered_result_are_made_again_as_they_were(study: Clone):
    before = study.outputs()
    figure = "results/figures/profile/tiny/random/first/intact/true_logit.svg"
    record_path(study.folder / "results/tables/profiles.csv").write_text("")
    record_path(study.folder / figure).write_text("{")
    assert study.plan() == Counter(tabulate_profiles=1, draw_profile=1, build_page=1)
    table = study.folder / "results/tables/mixtures.csv"
    table.write_text(table.read_text().replace("tiny", "huge"))
    assert study.plan()["tabulate_mixtures"] == 1
    study.run()
    assert study.outputs() == before  # the records too
    assert study.plan() == Counter()


def test_results_without_records_are_made_again(study: Clone):
    for record in (study.folder / "results/tables").glob(".*.record"):
        record.unlink()
    forget(study)
    assert study.plan()["build_tables"] == 1


# --- local inputs ---------------------------------------------------------------------------


def replace_by_an_older(path: Path, made: Path) -> None:
    """As `mv` and `cp -p` do: other content whose date is before that of all results."""
    os.utime(made, (0, 0))
    made.replace(path)


@pytest.mark.parametrize("remembered", [True, False])
def test_a_text_replaced_by_an_older_file_counts(study: Clone, remembered: bool):
    write_text(study.folder / "inputs/other.txt", seed=3)
    replace_by_an_older(study.folder / "inputs/second.txt", study.folder / "inputs/other.txt")
    if not remembered:
        forget(study)
    plan = study.plan()
    assert (plan["fetch_source"], plan["build_corpus"], plan["measure_influence"]) == (1, 1, 1)


def test_a_model_replaced_by_an_older_one_counts(study: Clone):
    write_model(study.folder / "inputs/another", seed=1)
    weights = "model.safetensors"
    model = study.folder / "inputs/model"
    replace_by_an_older(model / weights, study.folder / "inputs/another" / weights)
    shutil.rmtree(study.folder / "inputs/another")
    assert study.plan()["prepare_model"] == 1


@pytest.mark.long
def test_another_text_even_an_older_one_changes_its_results_and_no_others(study: Clone):
    before = study.outputs()
    write_text(study.folder / "inputs/other.txt", seed=3)
    replace_by_an_older(study.folder / "inputs/second.txt", study.folder / "inputs/other.txt")
    study.run()
    after = study.outputs()
    assert before.keys() == after.keys()
    changed = {path for path in before if before[path] != after[path]}
    # The page copies all figures, and their records name all that it is made of.
    assert not [path for path in changed if "first" in path and "/report/" not in path]
    assert "results/influence/tiny/trained/second/intact/seed0.parquet" in changed
    assert TABLE in changed
    assert study.plan() == Counter()


# --- faults ---------------------------------------------------------------------------------


def test_a_result_replaced_by_a_folder_is_named(study: Clone):
    (study.folder / TABLE).unlink()
    (study.folder / TABLE / "below").mkdir(parents=True)
    done = study.snakemake("--dry-run")
    assert done.returncode != 0
    words = done.stdout + done.stderr
    assert f"{TABLE} is a folder, but a result belongs there: move it away." in words
    assert "Traceback (most recent call last)" not in words


# --- deleted files ----------------------------------------------------------------------------


@pytest.mark.long
def test_another_text_counts_though_all_made_from_it_directly_is_gone(study: Clone):
    forget(study)
    shutil.rmtree(study.folder / "resources")
    assert study.plan("tables") == study.plan("figures") == Counter()
    write_text(study.folder / "inputs/first.txt", seed=3)
    for target, rule in {
        "tables": "build_tables",
        "figures": "draw_profile",
        "influence": "measure_influence",
        "results/metrics.json": "summarise_metrics",
    }.items():
        plan = study.plan(target)
        assert plan["draw_windows"] >= 1, target
        assert plan[rule] >= 1, target


@pytest.mark.parametrize(
    ("folders", "targets"),
    [
        (["windows"], ["tables"]),
        (["windows", "influence", "predictions"], ["tables", "decay", "profiles"]),
    ],
)
def test_other_positions_count_though_the_windows_are_gone(study: Clone, folders, targets):
    forget(study)
    for folder in folders:
        shutil.rmtree(study.folder / "results" / folder)
    assert study.plan("tables") == Counter()
    study.configure(windows__positions=1)
    for target in targets:
        plan = study.plan(target)
        assert plan["draw_windows"] == 2, target
        assert plan["measure_influence"] == 4, target


def test_a_run_whose_own_record_cannot_be_written_ends_well(study: Clone):
    (study.folder / "results/run.json").unlink()
    (study.folder / "results/run.json/below").mkdir(parents=True)
    assert "Not written: results/run.json can't be written" in study.run(
        "--forcerun", "judge_claims"
    )


def test_other_things_in_the_place_of_results_are_named(study: Clone):
    (study.folder / TABLE).unlink()
    (study.folder / TABLE).symlink_to("decay.csv")
    done = study.snakemake("--dry-run")
    assert f"{TABLE} is a link that leads to no file" in done.stdout + done.stderr
    (study.folder / TABLE).unlink()
    os.mkfifo(study.folder / TABLE)
    done = study.snakemake("--dry-run")
    assert f"{TABLE} is neither a file nor a folder" in done.stdout + done.stderr
    (study.folder / TABLE).unlink()
    shutil.rmtree(study.folder / "results/windows")
    (study.folder / "results/windows").write_text("")
    done = study.snakemake("--dry-run")
    assert "results/windows is a file, but a folder belongs there" in done.stdout + done.stderr
    assert "Traceback (most recent call last)" not in done.stdout + done.stderr
