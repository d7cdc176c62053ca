"""One file over HTTP (resumed and verified: see test_mirrors and test_hub)."""

from types import SimpleNamespace

import pytest

from token_influence.errors import SourceError
from token_influence.sources.downloads import check_room, stated_bytes

NUMBERS = [("12", 12), ("²", None), ("١٢", None), ("-1", None), ("9" * 5000, None)]


@pytest.mark.parametrize(("stated", "size"), NUMBERS)
def test_a_stated_size_is_digits_and_of_bounded_length(stated, size):
    length = {"Content-Length": stated}
    assert stated_bytes(SimpleNamespace(headers=length, raise_for_status=lambda: None)) == size


def test_a_disk_without_room_is_refused_before_the_download(tmp_path):
    check_room(tmp_path, 1, "a.zip")
    with pytest.raises(SourceError, match=r"a\.zip needs .* MB more, but the disk of"):
        check_room(tmp_path, 10**18, "a.zip")
