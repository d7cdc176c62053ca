"""The process that asks the network, started for real."""

import pytest
from package_server import FILE, SDIST
from tiny_archives import sha256

from token_influence.errors import SourceError
from token_influence.provenance.outside import run_outside
from token_influence.sources.kinds import TRANSPORT

PINS = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}


def ask(path, **changes):
    request = PINS | {"path": str(path), "attempts": None, "progress": True} | changes
    return run_outside(TRANSPORT, {"kind": "package", "request": request})


def test_a_file_is_downloaded_by_another_process_which_shows_its_progress(index, tmp_path, capfd):
    ask(tmp_path / "archive")
    assert (tmp_path / "archive").read_bytes() == SDIST
    assert " MB" in capfd.readouterr().err


def test_a_refusal_is_the_same_sentence_here(index, tmp_path):
    with pytest.raises(SourceError, match=f"The checksum of {FILE} differs: the download has"):
        ask(tmp_path / "archive", sha256="0" * 64)
    assert not (tmp_path / "archive").exists()
