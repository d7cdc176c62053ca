"""Prompts in the workflow: one job explains them, one draws them, and nothing without the section."""

from collections import Counter

import pytest
from tiny_study import Clone, new_clone

from token_influence.files import read_json
from token_influence.provenance.records import record_path

RULES = {"explain_prompts", "draw_prompts", "tabulate_scopes"}
PROMPTS = {
    "models": ["tiny"],
    "methods": ["semantic", "distance"],
    "texts": {
        "sea": {
            "title": "The sea",
            "text": "the sea and a ship",
            "targets": [{"before": "ship", "expected": ["sea"]}, {"token": "x"}],
        },
        "stars": {"title": "Stars", "text": "under the stars"},
    },
}
ALL = Counter(dict.fromkeys(RULES, 1))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return new_clone(tmp_path_factory.mktemp("scopes") / "study")


def of_prompts(jobs: Counter[str]) -> Counter[str]:
    return Counter({name: jobs[name] for name in RULES if jobs[name]})


def test_the_target_makes_all_files_of_each_prompt_in_few_jobs(clone: Clone):
    clone.configure(prompts=PROMPTS)
    jobs, outputs = clone.plan_with_outputs("scopes")
    assert of_prompts(jobs) == ALL
    assert not any(jobs[name] for name in ("measure_influence", "draw_windows"))
    kinds = ("html", "svg", "png", "json")
    assert outputs >= {
        f"results/scopes/tiny/{p}.{kind}" for p in PROMPTS["texts"] for kind in kinds
    }
    assert "results/tables/scopes.csv" in outputs
    assert of_prompts(clone.plan()) == ALL


def test_without_the_section_there_is_none_of_it(clone: Clone):
    clone.configure(prompts=None)
    jobs, outputs = clone.plan_with_outputs()
    assert of_prompts(jobs) == Counter()
    assert not [path for path in outputs if "scopes" in path]


@pytest.mark.long
def test_records_pages_and_figures_come_out_and_only_what_changed_runs_again(clone: Clone):
    clone.configure(prompts=PROMPTS)
    clone.run("--", "scopes")
    assert of_prompts(clone.plan("scopes")) == Counter()
    record = read_json(clone.folder / "results/scopes/tiny/sea.json")
    assert [each["target"] for each in record["explanations"]] == ["ship", "x"]
    page = clone.folder / "results/scopes/tiny/sea.html"
    assert "The sea" in page.read_text()
    assert record_path(page).is_file()
    clone.edit("token_influence/page/templates/page.css", "1.6rem", "1.7rem")
    assert of_prompts(clone.plan("scopes")) == Counter(draw_prompts=1)
    clone.configure(prompts__methods=["fisher"])
    assert of_prompts(clone.plan("scopes")) == ALL
    clone.configure(prompts__texts__sea__targets=[{"token": "xy"}])
    done = clone.snakemake("--cores", "1", "--", "scopes")
    assert done.returncode != 0
    assert "The target 'xy' of the prompt sea is 2 tokens; allowed is" in done.stdout + done.stderr
