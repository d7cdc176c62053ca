"""Attribution in the workflow: one file for each method, measure and span, and nothing without it."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from tiny_study import Clone, new_clone, outputs_of_plan

RULES = {
    "attribute_passages",
    "measure_reference",
    "measure_faithfulness",
    "tabulate_faithfulness",
    "draw_faithfulness",
}
SHOWN = Counter(tabulate_faithfulness=1, draw_faithfulness=1)


def explain(
    clone: Clone, spectrum: dict | None = None, sanity: dict | None = None, **changes
) -> None:
    """Give the tiny study six prompts, of which `changes` of the group are attributed and judged.

    spectrum, sanity: keys of `faithfulness.spectrum` and `faithfulness.sanity`; none of it is measured
    without them.
    """
    texts = ["the sea and a ship", "it sailed over stars", "no one had ever seen", "under which"]
    rows = [{"prompt": text, "target": "s"} for text in [*texts, "that one", "before the"]]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (clone.folder / "inputs/prompts.jsonl").write_text(lines)
    config = clone.config()
    config["sources"]["prompts"] = {"local": "inputs/prompts.jsonl", "licence": "own"}
    group = {"models": ["tiny"], "data": ["mine"], "methods": ["semantic"], "passages": 2}
    config["faithfulness"] = {
        "data": {"mine": {"source": "prompts", "reader": "prompts"}},
        "groups": [{**group, "measures": ["aopc"]} | changes],
        "passages_per_job": 2,
        "spectrum": spectrum,
        "sanity": sanity,
    }
    clone.configure(**config)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return new_clone(tmp_path_factory.mktemp("faithfulness") / "study")


@pytest.fixture
def explained(clone: Clone) -> Clone:
    """A tiny study in which nothing has run; tests only plan it."""
    explain(clone)
    return clone


def of_attribution(outputs: set[str]) -> set[str]:
    return {path for path in outputs if path.startswith(("results/attr", "results/faith"))}


def test_the_target_makes_scores_judgements_tables_and_the_figure(explained: Clone):
    jobs, outputs = explained.plan_with_outputs("faithfulness")
    assert {name: jobs[name] for name in RULES if jobs[name]} == dict(
        attribute_passages=1, measure_faithfulness=1, **SHOWN
    )
    assert of_attribution(outputs) == {
        "results/attribution/tiny/mine/plain/semantic/0-1.parquet",
        "results/faithfulness/tiny/mine/as_in_paper/aopc/semantic/0-1.parquet",
    }
    tables = {f"results/tables/{name}.csv" for name in ("faithfulness", "faithfulness_pairs")}
    assert tables | {"results/figures/faithfulness.svg"} <= outputs
    assert not any(jobs[name] for name in ("measure_influence", "draw_windows"))
    assert RULES - {"measure_reference"} <= explained.plan().keys()


def test_other_methods_passages_and_conventions_share_the_files(explained: Clone):
    before = of_attribution(explained.plan_with_outputs("faithfulness")[1])
    own = {"begun": {"begin_of_text": True}}
    methods, measures = ["semantic", "fisher-rank=2"], ["aopc", "lds"]
    explain(explained, methods=methods, measures=measures, passages=5)
    config = explained.config()
    config["faithfulness"]["conventions"] = own
    config["faithfulness"]["groups"][0]["conventions"] = ["as_in_paper", "as_in_code", "begun"]
    explained.configure(**config)
    jobs, outputs = explained.plan_with_outputs("faithfulness")
    found = of_attribution(outputs)
    assert before < found
    spans, starts, conventions = 3, 2, 3
    assert jobs["attribute_passages"] == len(methods) * spans * starts
    assert jobs["measure_reference"] == spans * conventions
    assert jobs["measure_faithfulness"] == len(methods) * len(measures) * spans * conventions
    assert "results/faithfulness/tiny/mine/begun/lds/reference/4-4.parquet" in found
    assert "results/attribution/tiny/mine/begin-of-text/fisher-rank=2/2-3.parquet" in found


def test_a_sanity_check_has_a_file_for_each_method_and_is_on_the_page(explained: Clone):
    examined = {"models": ["tiny"], "data": ["mine"], "methods": ["random", "smoothgrad"]}
    explain(explained, sanity=examined | {"passages": 3, "layers": [1]})
    jobs, outputs = explained.plan_with_outputs()
    assert jobs["measure_sanity"] == 4
    assert jobs["tabulate_sanity"] == jobs["draw_sanity"] == 1
    own = {path for path in outputs if "sanity" in path}
    files = {f"{method}/{span}" for method in examined["methods"] for span in ("0-1", "2-2")}
    assert own >= {f"results/faithfulness/tiny/mine/sanity/{file}.parquet" for file in files}
    assert "results/tables/faithfulness_sanity.csv" in own
    assert "results/report/figures/faithfulness_sanity.svg" in own


def test_without_the_section_there_is_none_of_it(explained: Clone):
    explained.configure(faithfulness=None)
    jobs, outputs = explained.plan_with_outputs()
    assert not RULES & jobs.keys()
    assert not [path for path in outputs if "faithful" in path or "prompts" in path]


def test_explanations_whose_terms_are_not_accepted_are_left_out(explained: Clone):
    explained.configure(sources__prompts__terms="https://host/terms")
    done = explained.snakemake("--dry-run")
    words = done.stdout + done.stderr
    assert done.returncode == 0, words
    assert "Left out: the explanations (1) that need the source prompts, whose terms are" in words
    assert of_attribution(outputs_of_plan(words)) == set()


# --- real runs ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A tiny study whose target `faithfulness` has run; each test gives it a config of its own."""
    clone = new_clone(tmp_path_factory.mktemp("finished") / "study")
    explain(clone, measures=["aopc", "lds"])
    clone.run("--", "faithfulness")
    return clone


@pytest.mark.long
@pytest.mark.parametrize(
    ("changes", "jobs"),
    [
        ({}, Counter()),
        (
            {"methods": ["semantic", "random"]},
            Counter(attribute_passages=1, measure_faithfulness=2) + SHOWN,
        ),
        (
            {"passages": 3},
            Counter(attribute_passages=1, measure_reference=1, measure_faithfulness=2) + SHOWN,
        ),
        ({"measures": ["aopc"]}, SHOWN),
        (
            {"measures": ["aopc", "lds", "sufficiency"]},
            Counter(measure_faithfulness=1) + SHOWN,
        ),
        (
            {"conventions": ["as_in_paper", "as_in_code"]},
            Counter(measure_reference=1, measure_faithfulness=2) + SHOWN,
        ),
    ],
)
def test_what_changes_runs_and_nothing_else(finished: Clone, changes, jobs):
    explain(finished, **({"measures": ["aopc", "lds"]} | changes))
    assert finished.plan("faithfulness") == jobs


@pytest.mark.long
def test_every_measure_runs_and_no_text_is_kept(finished: Clone):
    examined = {"models": ["tiny"], "data": ["mine"], "passages": 3}
    every = ["aopc", "aopc_mean", "aopc_corpus", "curve", "sufficiency", "matched", "lds"]
    explain(
        finished,
        spectrum=examined,
        sanity={**examined, "methods": ["semantic", "random"], "layers": [1]},
        measures=[*every, "leave_one_out", "nearness"],
        methods=["semantic", "random"],
    )
    finished.run("--", "faithfulness")
    table = pd.read_csv(finished.folder / "results/tables/faithfulness.csv")
    assert set(table["method"]) == {"semantic", "random"}
    assert {"aopc", "aopc_0.05", "matched_all", "lds", "lds_ceiling"} <= set(table["measure"])
    assert {"nearness_rank_correlation", "nearness_r_squared"} <= set(table["measure"])
    assert table["value"].notna().all()
    assert (table["n"] == 2).all()
    pairs = pd.read_csv(finished.folder / "results/tables/faithfulness_pairs.csv")
    assert set(pairs["measure"]) == {*every, "leave_one_out"} - {"curve"}
    spectrum = pd.read_csv(finished.folder / "results/tables/spectrum.csv")
    assert spectrum["share"].is_monotonic_increasing
    assert spectrum["share"].iloc[-1] == 1
    assert set(spectrum["n"]) == {3}
    assert (finished.folder / "results/figures/spectrum.png").stat().st_size > 10_000
    sanity = pd.read_csv(finished.folder / "results/tables/faithfulness_sanity.csv")
    assert sanity.groupby("method", sort=False)["layers"].agg(list).to_dict() == {
        "semantic": ["1", "all"],
        "random": ["1", "all"],
    }
    assert sanity.set_index("method")["notices"]["random"].tolist() == [False, False]
    assert set(sanity["n"]) == {3}
    assert (finished.folder / "results/figures/faithfulness_sanity.png").stat().st_size > 10_000
    folders = [finished.folder / "results" / name for name in ("attribution", "faithfulness")]
    files = [file for folder in folders for file in Path(folder).rglob("*.parquet")]
    columns = {name for file in files for name in pq.read_schema(file).names}
    kept = {"passage", "position", "target_id", "source", "score", "part", "value", "mask", "drop"}
    kept |= {"rank", "eigenvalue", "layers", "rank_correlation"}
    assert columns == kept | {"band", "random", "log_probability", "divergence"}
    explain(finished, measures=["aopc", "lds"])


@pytest.mark.long
def test_a_target_that_is_no_token_is_told_in_one_sentence(finished: Clone):
    lines = finished.folder / "inputs/prompts.jsonl"
    whole = lines.read_text()
    lines.write_text(whole.replace('"s"', '"sea"', 1))
    try:
        done = finished.snakemake("--cores", "1", "--", "faithfulness")
    finally:
        lines.write_text(whole)
    assert done.returncode != 0
    sentence = "The target of mine/0, 'sea', is 3 tokens; allowed is"
    assert sentence in done.stdout + done.stderr
