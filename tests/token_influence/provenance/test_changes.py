"""Records tell whether a result is what parameters and inputs give now."""

import os
from pathlib import Path

import pytest

from token_influence.errors import OutputError
from token_influence.files import sha256
from token_influence.provenance.changes import difference, read_record
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import Input, Record, digests, record_path, write_record

CHAIN = "chain of the input"
PARAMS = {"windows": {"length": 40, "positions": 2}, "code": {"code": "a", "versions": {}}}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("input")
    Path("result").write_text("made")
    inputs = {"input": Input(sha256("input"), CHAIN)}
    write_record("result", Record(digests(PARAMS), inputs, sha256("result")))


def why(params: dict = PARAMS, inputs: tuple[str, ...] = ("input",)) -> str | None:
    return difference("result", params, inputs, Fingerprints("cache"), {"input": CHAIN}.get)


def test_what_was_made_from_just_this_is_up_to_date():
    assert why() is None


def test_another_parameter_is_named():
    other = PARAMS | {"windows": {"length": 40, "positions": 1}}
    assert why(other) == "was made with another windows"
    assert why({"code": PARAMS["code"]}) == "was made with another windows"
    assert why(PARAMS | {"new": 1}) == "was made with another new"


def test_another_input_is_named():
    Path("second").write_text("second")
    assert why(inputs=("input", "second")) == "was made from another second"
    assert why(inputs=()) == "was made from another input"
    Path("input").write_text("INPUT")
    assert why() == "was made from another input"


def test_an_altered_result_is_seen_and_a_missing_one_is_left_to_snakemake():
    Path("result").write_text("MADE")
    assert why() == "was altered after it was made"
    Path("result").unlink()
    assert why() is None


def test_a_missing_input_is_compared_by_its_chain(monkeypatch: pytest.MonkeyPatch):
    Path("input").unlink()
    assert why() is None
    monkeypatch.setitem(globals(), "CHAIN", "another chain")
    assert why() == "was made from another input"


def test_a_file_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Fingerprints, "sha256", refuse)
    with pytest.raises(OutputError, match=r"^The file input cannot be read: Permission denied\.$"):
        why()


def test_a_missing_result_of_other_parameters_counts_since_later_ones_came_from_it():
    Path("result").unlink()
    assert why({}) == "was made with another code, windows"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"params": 1}', "\x00"])
def test_a_broken_record_means_make_again(content: str):
    record_path("result").write_text(content)
    assert why() == "has no record of what made it"
    Path("result").unlink()
    assert why() is None


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", '{"params": 1}', "\x00", "[" * 200_000),
        '{"params": [["a", "x"], [1, "y"]], "inputs": {}, "sha256": "b", "chain": "c"}',
        '{"params": {"a": 1}, "inputs": {}, "sha256": "b", "chain": "c"}',
        '{"params": {}, "inputs": {}, "sha256": "b", "chain": "of something else"}',
        '{"params": {}, "inputs": {"input": "a"}, "sha256": "b"}',  # without chains
    ],
)
def test_a_damaged_record_or_one_of_an_old_form_is_none(tmp_path: Path, content: str):
    record_path(tmp_path / "result").write_text(content)
    assert read_record(tmp_path / "result") is None


def test_a_named_pipe_is_no_record(tmp_path: Path):
    os.mkfifo(record_path(tmp_path / "other"))
    assert read_record(tmp_path / "other") is None


def test_a_record_is_read_as_it_was_written():
    record = read_record("result")
    assert record is not None
    assert record.inputs == {"input": Input(sha256("input"), CHAIN)}
    assert record.params == digests(PARAMS)
