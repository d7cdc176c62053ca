"""The script of the rule `measure_influence`, run as Snakemake runs it, on a tiny model."""

import runpy
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from measuring_jobs import measuring_job
from snakemake.iocontainers import Namedlist
from tiny_models import build, windows

from token_influence.config.influence import Influence
from token_influence.files import write_json
from token_influence.influence.measure import measure
from token_influence.influence.memory import Plan
from token_influence.parquet import read_provenance

SCRIPT = Path(__file__).parents[2] / "scripts/measure_influence.py"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What Snakemake gives to the script, with four windows to measure and nothing configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(SCRIPT.parent)
    output = Namedlist(fromdict={"influence": "i.parquet", "predictions": "p.parquet"})
    code = {"code": "", "versions": {}, "marks": [None, None]}
    return measuring_job("measure_influence", output, code)


class Inputs(dict[str, list[str]]):
    """Named lists of files; a loop over them gives all files, as Snakemake's do."""

    def __iter__(self):
        return chain.from_iterable(self.values())


def run(job: SimpleNamespace, **settings: Any) -> pd.DataFrame:
    """The influence that the script writes with these settings of the section `influence`."""
    section = Influence.model_validate({"device": "cpu"} | settings)
    job.params.influence.update(section.model_dump(mode="json", exclude_none=True))
    runpy.run_path(str(SCRIPT), init_globals={"snakemake": job})
    return pd.read_parquet("i.parquet")


def run_part(job: SimpleNamespace, first: int, last: int, windows_per_job: int) -> pd.DataFrame:
    """The influence that the script writes for these windows."""
    part = {"first": first, "last": last, "windows_per_job": windows_per_job}
    job.params = Namedlist(fromdict={**dict(job.params.items()), "part": part})
    return run(job)


def test_it_measures_and_says_the_memory_before(job: SimpleNamespace) -> None:
    got = run(job)
    expected = measure(build("llama"), windows(4), ["true_logit"], bos_id=None).influence
    assert got.influence.tolist() == expected.influence.tolist()
    first = Path("log.txt").read_text().splitlines()[0]
    assert first.startswith(
        "4 windows, float32 on cpu: about 0.00 GB above the model, batches of 1;"
    )


def test_parts_have_the_numbers_and_the_provenance_of_the_whole(job: SimpleNamespace) -> None:
    run(job)
    whole = {name: Path(name).read_bytes() for name in ("i.parquet", "p.parquet")}
    parts: dict[str, list[str]] = {name: [] for name in whole}
    for first, last in ((0, 2), (3, 3)):
        run_part(job, first, last, windows_per_job=3)
        for name, paths in parts.items():
            paths.append(f"{first}-{name}")
            Path(name).rename(paths[-1])
    job.rule, job.params = "merge_influence", Namedlist()
    names = dict(job.output.items())
    job.input = Inputs({name: parts[path] for name, path in names.items()})
    runpy.run_path(str(SCRIPT.with_name("merge_influence.py")), init_globals={"snakemake": job})
    assert {name: Path(name).read_bytes() for name in whole} == whole


@pytest.mark.parametrize(("windows_per_job", "size"), [(16, 8), (6, 2), (5, 1)])
def test_a_part_is_whole_batches(job: SimpleNamespace, monkeypatch, windows_per_job, size) -> None:
    planned = Plan(batch_size=8, recompute=False, needed=1, available=2)
    monkeypatch.setattr("token_influence.influence.memory.plan", lambda *_, **__: planned)
    assert run_part(job, 0, 1, windows_per_job).window.unique().tolist() == [0, 1]
    assert read_provenance("i.parquet")["batch_size"] == size


def test_short_of_memory_it_computes_layers_again_for_the_same_bytes(job: SimpleNamespace) -> None:
    run(job)
    first = Path("i.parquet").read_bytes()
    job.resources.mem_mb = 1
    run(job)
    assert "layers recomputed" in Path("log.txt").read_text().splitlines()[0]
    assert Path("i.parquet").read_bytes() == first


def test_bfloat16_keeps_what_its_check_found(job: SimpleNamespace) -> None:
    records = [{"objective": "true_logit", "profile_error": 0.01}]
    write_json(records, "precision.json")
    job.input = Namedlist(fromdict={**dict(job.input.items()), "precision": "precision.json"})
    run(job, dtype="bfloat16")
    assert Path("log.txt").read_text().startswith("4 windows, bfloat16 on cpu")
    assert read_provenance("i.parquet")["precision"] == records
