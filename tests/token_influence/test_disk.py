"""A full disk is one sentence that names the file and the disk, and nothing half written stays."""

import errno
import resource
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from tiny_archives import tar_of

from token_influence.disk import writing
from token_influence.errors import OutputError, SourceError
from token_influence.files import atomic, write_json
from token_influence.parquet import write_parquet
from token_influence.sources.archives import Wanted, extract
from token_influence.sources.folders import fresh_folder
from token_influence.standalone import record as report


@pytest.fixture
def small_disk() -> Iterator[None]:
    """The system refuses files of more than 10 kB, in the way of a disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def full(path: Path) -> None:
    """Write half of a file to a disk that is full then."""
    path.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.parametrize("write", [write_json, lambda v, p: write_parquet(pd.DataFrame(v), p, {})])
def test_a_result_that_the_disk_does_not_take_is_one_sentence(small_disk, tmp_path, write):
    path = tmp_path / "a" / "result"
    values = {"x": [str(number) * 5 for number in range(20_000)]}
    with pytest.raises(OutputError) as caught:
        write(values, path)
    message = f"{path} can't be written: the disk of {tmp_path}/a takes no file of this size."
    assert str(caught.value) == message
    assert not list((tmp_path / "a").iterdir())


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk of /data is full"),
        (errno.EDQUOT, "the quota on the disk of /data is used up"),
        (errno.EACCES, "Permission denied"),
    ],
)
def test_each_refusal_has_its_words(number, words):
    with (
        pytest.raises(OutputError) as caught,
        writing("a.json", Path("/data"), OutputError),
    ):
        raise OSError(number, "Permission denied")
    assert str(caught.value) == f"a.json can't be written: {words}."


def test_a_full_disk_keeps_the_former_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(OutputError, match="is full"), atomic(path) as temporary:
        full(temporary)
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_text() == "former"


def test_a_folder_in_the_place_of_a_result_is_one_sentence(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError, match=r"a\.json can't be written: Is a directory"):
        write_json({}, tmp_path / "a.json")


def test_a_member_that_the_disk_does_not_take_is_one_sentence(small_disk, tmp_path):
    (tmp_path / "archive").write_bytes(tar_of(("big.bin", bytes(50_000))))
    with pytest.raises(SourceError) as caught:
        extract(tmp_path / "archive", Wanted("demo.tar.gz", ("*",), {}), tmp_path / "out")
    assert str(caught.value) == (
        f"big.bin of demo.tar.gz can't be written: the disk of {tmp_path}/out takes no file of this "
        "size."
    )


def test_a_source_that_fills_the_disk_leaves_nothing(tmp_path):
    with (
        pytest.raises(SourceError) as caught,
        fresh_folder(tmp_path / "source", "demo.tar.gz") as (parts, _),
    ):
        full(parts / "arrived")
    assert str(caught.value) == f"demo.tar.gz can't be written: the disk of {tmp_path} is full."
    assert not list(tmp_path.iterdir())


def test_results_of_one_measurement_that_fill_the_disk_leave_nothing(small_disk, tmp_path):
    with pytest.raises(OutputError, match="takes no file"), report.new_folder(tmp_path / "a") as to:
        write_json({"x": "x" * 20_000}, to / "big.json")
    assert not list(tmp_path.iterdir())
