"""The size of a download is asked of its server, and unknown where none states it."""

import pytest
from package_server import FILE, SDIST
from tiny_archives import sha256

from token_influence.sources.sizes import download_bytes

PINS = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST), "members": ["*"]}


@pytest.mark.parametrize("source", [{"package": PINS | {"version": "2.0"}}, {"written": {}}])
def test_a_size_that_nobody_states_is_none(index, source):
    assert download_bytes(source) is None


def test_a_local_source_is_not_downloaded():
    assert download_bytes({"local": "a"}) == 0
