"""Files are whole or absent, and equal content gives equal bytes."""

import pytest

from token_influence.files import atomic, write_json


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    write_json({"kept": True}, path)

    def fail():
        with atomic(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert "kept" in path.read_text()


def test_json_refuses_what_is_not_json(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json({"p": float("nan")}, tmp_path / "a.json")
    assert not list(tmp_path.iterdir())
