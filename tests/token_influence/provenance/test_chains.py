"""The chain of a file comes from parameters and jobs, not from files that were made."""

from pathlib import Path

from token_influence.files import sha256
from token_influence.provenance.chains import Chains, Job
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import Record, digests, read_input, write_record


def test_chains_are_those_of_the_records_and_change_with_every_earlier_parameter(
    tmp_path: Path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("text")
    jobs: dict[str, Job] = {
        "corpus": ({"reader": "text"}, ["text"]),
        "windows": ({"length": 8}, ["corpus"]),
        "table": ({"seed": 0}, ["windows", "corpus"]),
    }
    for path, (params, inputs) in jobs.items():
        Path(path).write_text(path)
        known = {item: read_input(item) for item in inputs}
        write_record(path, Record(digests(params), known, sha256(path)))
    recorded = {path: read_input(path).chain for path in jobs}
    for path in jobs:
        Path(path).unlink()

    def now() -> dict[str, str]:
        chains = Chains(jobs.get, Fingerprints("cache"))
        return {path: chains.chain(path) for path in jobs}

    assert now() == recorded
    jobs["windows"] = ({"length": 9}, ["corpus"])
    assert {path for path in jobs if now()[path] != recorded[path]} == {"windows", "table"}
    jobs["windows"] = ({"length": 8}, ["corpus"])
    Path("text").write_text("another")
    assert not now().items() & recorded.items()


def test_each_job_is_asked_for_once_and_what_nothing_makes_has_no_chain(tmp_path: Path):
    asked: list[str] = []

    def job_of(path: str) -> Job | None:
        asked.append(path)
        level = int(path)
        return None if level == 0 else ({}, [str(level - 1), str(level // 2)])

    chains = Chains(job_of, Fingerprints(tmp_path / "cache"))
    assert len(chains.chain("50")) == 64
    assert sorted(asked) == sorted(map(str, range(51)))
    assert chains.chain("0") == ""
