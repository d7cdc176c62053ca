"""A record lies beside its result and holds checksums alone."""

import json

from token_influence.provenance.records import Record, digests, record_path, write_record


def test_a_record_is_a_hidden_file_beside_the_result(tmp_path):
    record = Record(digests({"seed": 0}), {"input": "a"}, "b")
    write_record(tmp_path / "result.csv", record)
    assert [path.name for path in tmp_path.iterdir()] == [".result.csv.record"]
    content = json.loads(record_path(tmp_path / "result.csv").read_text())
    assert content == {"params": record.params, "inputs": {"input": "a"}, "sha256": "b"}


def test_equal_parameters_have_equal_digests_whatever_their_order():
    assert digests({"a": {"x": 1, "y": 2}}) == digests({"a": {"y": 2, "x": 1}})
    assert digests({"a": 1}) != digests({"a": 2})
