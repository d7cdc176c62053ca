"""The scripts that change inputs, run in parts as Snakemake runs them, on a tiny model."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from snakemake.iocontainers import Namedlist
from tiny_models import build, save_tokenizer, windows

from token_influence.models.description import describe_model
from token_influence.parquet import write_parquet

SCRIPTS = Path(__file__).parents[2] / "scripts"
STEPS = {"epsilons": [1e-3, 0.1], "directions": 1, "probes": 2}
CHOSEN = {"windows": 3, "predictions": 2, "distances": [0, 2]}
# The number of windows, and the parameter of each rule that changes inputs.
RULES: dict[str, tuple[int, dict[str, Any]]] = {
    "measure_perturbations": (3, {"steps": CHOSEN | STEPS}),
    "measure_interventions": (
        3,
        {"interventions": CHOSEN | {"interventions": ["unigram", "swap"]}},
    ),
    "measure_sources": (4, {"every_source": {"windows": 4, "length": 6}}),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with its tokenizer and manifest, and five windows."""
    folder = tmp_path_factory.mktemp("changes")
    build("llama").save_pretrained(folder / "model")
    save_tokenizer(folder / "model")
    (folder / "manifest.json").write_text(pd.Series(describe_model(folder / "model")).to_json())
    write_parquet(windows(5), folder / "windows.parquet", {"begin_of_text_id": 1})
    return folder


class Inputs(list[str]):
    """The files of a job, some of which have names."""

    windows, manifest, tokens = "windows.parquet", "manifest.json", ["windows.parquet"]


def run(rule: str, inputs: list[str], **params: Any) -> bytes:
    """What the script of the rule writes."""
    job = SimpleNamespace(
        rule=rule,
        log=["log.txt"],
        input=inputs,
        output=["output.parquet"],
        params=Namedlist(fromdict=params),
    )
    runpy.run_path(str(SCRIPTS / f"{rule}.py"), init_globals={"snakemake": job})
    return Path("output.parquet").read_bytes()


def change_inputs(rule: str, part: dict[str, int] | None) -> bytes:
    recipe = {"source": {"local": "model", "licence": "none"}, "gguf": None, "folder": "model"}
    return run(
        rule,
        Inputs(["windows.parquet", "manifest.json"]),
        weights="trained",
        seed=0,
        part=part,
        **RULES[rule][1],
        influence={"device": "cpu", "attention": "eager", "torch_threads": 1},
        recipe=recipe | {"source_folder": "model"},
        code={"code": "", "versions": {}, "marks": [None, None]},
    )


def change_inputs_in_parts(rule: str, per_job: int) -> bytes:
    """What the merged parts of so many windows each hold; each part holds its own windows."""
    number, parts = RULES[rule][0], []
    for first in range(0, number, per_job):
        last = min(first + per_job, number) - 1
        parts.append(f"{first}-{last}.parquet")
        Path(parts[-1]).write_bytes(change_inputs(rule, {"first": first, "last": last}))
        measured = pd.read_parquet(parts[-1]).window.unique().tolist()
        assert measured == list(range(first, last + 1))
    return run("merge_response", parts)


@pytest.mark.parametrize("rule", RULES)
def test_merged_parts_have_the_bytes_of_one_job(rule, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(SCRIPTS)
    whole = change_inputs(rule, None)
    assert [change_inputs_in_parts(rule, per_job) == whole for per_job in (1, 2)] == [True, True]
