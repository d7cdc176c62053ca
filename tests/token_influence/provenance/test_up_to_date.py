"""The check of results before a run: what is outdated, what is reported, what is remembered."""

import os
from pathlib import Path

import pytest

from token_influence.errors import OutputError
from token_influence.files import sha256
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import Record, digests, read_input, write_record
from token_influence.provenance.up_to_date import MOST_REPORTED, UpToDateCheck

PARAMS = {"seed": 0}
NAMES = [f"result{number}" for number in range(MOST_REPORTED + 2)]


@pytest.fixture(autouse=True)
def _results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("input")
    for name in NAMES:
        Path(name).write_text(name)
        write_record(name, Record(digests(PARAMS), {"input": read_input("input")}, sha256(name)))


def test_results_of_these_parameters_and_inputs_are_not_reported():
    sentences: list[str] = []
    check = UpToDateCheck(Fingerprints("cache"), str, sentences.append)
    assert not any(check.outdated(name, PARAMS, ["input"]) for name in NAMES)
    assert sentences == []


def test_the_first_differences_are_reported_and_the_others_summed_up():
    sentences: list[str] = []
    check = UpToDateCheck(Fingerprints("cache"), str, sentences.append)
    assert all(check.outdated(name, {"seed": 1}, ["input"]) for name in NAMES)
    reasons = [f"Made again: {name} was made with another seed." for name in NAMES]
    assert sentences == [*reasons[:MOST_REPORTED], "Made again: further results, see the jobs."]


def test_a_folder_in_the_place_of_a_result_is_named():
    Path("folder").mkdir()
    check = UpToDateCheck(Fingerprints("cache"), str, print)
    with pytest.raises(OutputError, match=r"^folder is a folder, but a result belongs there: move"):
        check.outdated("folder", PARAMS, [])


def test_whatever_is_in_the_place_of_a_result_is_named():
    os.mkfifo("pipe")
    Path("file").write_text("")
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("absent")
    check = UpToDateCheck(Fingerprints("cache"), str, print)
    for path, words in {
        "pipe": "pipe is neither a file nor a folder, but a result",
        "file/below/result": "file is a file, but a folder",
        "pipe/result": "pipe is neither a file nor a folder, but a folder",
        "loop": "loop is a link that leads to no file, but a result",
        "dangling": "dangling is a link that leads to no file, but a result",
        "loop/result": "loop is a link that leads to no file, but a folder",
    }.items():
        with pytest.raises(OutputError, match=f"^{words} belongs there: move it away"):
            check.outdated(path, PARAMS, [])


def test_checking_writes_nothing_until_it_is_saved():
    before = sorted(Path().rglob("*"))
    check = UpToDateCheck(Fingerprints("cache"), str, print)
    check.outdated(NAMES[0], PARAMS, ["input"])
    check.outdated("absent", PARAMS, ["input"])
    assert sorted(Path().rglob("*")) == before
    check.save()
    assert {path.name for path in Path().rglob("*")} - {path.name for path in before} == {"cache"}
    remembered = Path("cache").read_text()
    assert "input" in remembered
    assert NAMES[0] in remembered
    assert "absent" not in remembered
