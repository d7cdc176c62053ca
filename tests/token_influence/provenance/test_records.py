"""A record lies beside its result and holds checksums alone."""

import json
from pathlib import Path

from token_influence.files import sha256
from token_influence.provenance.records import (
    Input,
    Record,
    chain,
    digests,
    read_input,
    record_path,
    write_record,
)

RECORD = Record(digests({"seed": 0}), {"input": Input("a", "c")}, "b")


def test_a_record_is_a_hidden_file_beside_the_result(tmp_path: Path):
    write_record(tmp_path / "result.csv", RECORD)
    assert [path.name for path in tmp_path.iterdir()] == [".result.csv.record"]
    content = json.loads(record_path(tmp_path / "result.csv").read_text())
    assert content == {
        "params": RECORD.params,
        "inputs": {"input": {"sha256": "a", "chain": "c"}},
        "sha256": "b",
        "chain": RECORD.chain,
    }


def test_equal_parameters_have_equal_digests_whatever_their_order():
    assert digests({"a": {"x": 1, "y": 2}}) == digests({"a": {"y": 2, "x": 1}})
    assert digests({"a": 1}) != digests({"a": 2})


def test_a_chain_is_of_the_parameters_and_of_the_chains_of_the_inputs():
    assert RECORD.chain == chain(RECORD.params, {"input": "c"})
    chains = {chain({"a": "1"}, {"b": "2"}), chain({"a": "2"}, {"b": "2"}), chain({"a": "1"}, {})}
    assert len(chains) == 3
    assert chain({"a": "1", "b": "2"}, {}) == chain({"b": "2", "a": "1"}, {})


def test_an_input_has_the_chain_of_its_record_or_else_its_content(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("made")
    content = sha256(file)
    assert read_input(file) == Input(content, content)
    record = Record(digests({"seed": 0}), {}, content)
    write_record(file, record)
    assert read_input(file) == Input(content, record.chain)
    file.write_text("altered")
    assert read_input(file) == Input(sha256(file), sha256(file))
    record_path(file).write_text("[" * 200_000)
    assert read_input(file).chain == sha256(file)
    record_path(file).write_text("[]")
    assert read_input(file).chain == sha256(file)
