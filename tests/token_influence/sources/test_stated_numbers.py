"""Numbers that a server states count only where they are plain digits."""

from types import SimpleNamespace

import pytest

from token_influence.sources.downloads import stated_bytes
from token_influence.sources.retries import _asked_pause


@pytest.mark.parametrize(
    ("stated", "size"), [("12", 12), ("²", None), ("١٢", None), ("-1", None), ("9" * 5000, None)]
)
def test_a_stated_number_is_digits_and_of_bounded_length(stated, size):
    length = {"Content-Length": stated}
    assert stated_bytes(SimpleNamespace(headers=length, raise_for_status=lambda: None)) == size
    assert _asked_pause(SimpleNamespace(headers={"Retry-After": stated})) == size
