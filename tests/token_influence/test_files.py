"""Files are whole or absent, and equal content gives equal bytes."""

import pandas as pd
import pytest

from token_influence.files import atomic, write_json
from token_influence.parquet import read_provenance, write_parquet
from token_influence.seeds import stream, torch_seed


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


def test_parquet_carries_its_provenance_and_is_byte_stable(tmp_path):
    frame = pd.DataFrame({"window": [0, 1], "tokens": [[1, 2], [3, 4]]})
    for name in ("a.parquet", "b.parquet"):
        write_parquet(frame, tmp_path / name, {"code": "1", "config": {"x": [1]}})
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert read_provenance(tmp_path / "a.parquet") == {"code": "1", "config": {"x": [1]}}


def test_streams_are_their_own():
    assert stream(0, "a").random() == stream(0, "a").random()
    assert len({stream(s, p, *k).random() for s in (0, 1) for p in "ab" for k in ((), (1,))}) == 8
    assert stream(0, "a", "bc").random() != stream(0, "ab", "c").random()
    assert 0 <= torch_seed(0, "a") < 2**63
