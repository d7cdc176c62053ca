"""Fetching from web addresses: mirrors in order, one checksum, over real HTTP on this machine."""

import hashlib
import io
import traceback
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hub_server import Fault, Hub, running

from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources import downloads, retries
from token_influence.sources.cache import ensure_source
from token_influence.sources.fetch import fetch
from token_influence.sources.kinds import fetch_url

TEXT = b"a text of some length\n" * 20_000
KEPT = 200_000 // downloads.CHUNK * downloads.CHUNK  # of 200,000 bytes, then a break


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch):
    with running() as web:
        web.plain["/texts/some text.txt"] = TEXT
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.001)
        yield web


def get(web: Hub, folder: Path, *mirrors: str, content: bytes = TEXT, **options: Any) -> Any:
    addresses = [f"{web.url}/{mirror}" for mirror in mirrors or ("texts/some%20text.txt",)]
    digest = hashlib.sha256(content).hexdigest()
    return fetch_url(addresses, digest, "CC0", folder, **({"progress": False} | options))


def test_the_file_lies_under_its_name_and_the_manifest_tells_of_it(web, tmp_path):
    manifest = get(web, tmp_path / "text")
    digest = hashlib.sha256(TEXT).hexdigest()
    assert [p.name for p in tmp_path.rglob("*")] == ["text", "some text.txt"]
    assert manifest == {
        "kind": "url",
        "file": "some text.txt",
        "sha256": digest,
        "mirrors": [f"{web.url}/texts/some%20text.txt"],
        "licence": "CC0",
        "members": {"some text.txt": {"sha256": digest, "bytes": len(TEXT)}},
    }


@pytest.mark.parametrize("name", ["%2e%2e", "a%00b", "a%0ab", "%5cb"])
def test_an_address_whose_file_name_will_not_do_is_one_sentence(tmp_path, name):
    with pytest.raises(SourceError, match=r"The file name .* in http://localhost/") as caught:
        fetch_url([f"http://localhost/{name}"], "0" * 64, "CC0", tmp_path / "text")
    assert "\n" not in str(caught.value)


def test_members_of_an_archive(web, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("in/one.txt", "one")
        archive.writestr("in/setup.py", "raise SystemExit")
    web.plain["/a.zip"] = buffer.getvalue()
    get(web, tmp_path / "text", "a.zip", content=buffer.getvalue(), members=["in/*.txt"])
    assert (tmp_path / "text/in/one.txt").read_bytes() == b"one"
    assert not list(tmp_path.rglob("*.py"))


def test_mirrors_are_tried_in_order(web, tmp_path, capsys):
    web.plain["/other.txt"] = b"another text"
    get(web, tmp_path / "text", "gone.txt", "other.txt", "texts/some%20text.txt")
    assert list(web.requests) == ["/gone.txt", "/other.txt", "/texts/some text.txt"]
    assert capsys.readouterr().err.count("Trying the next mirror") == 2


def test_if_none_will_do_each_is_told_and_nothing_is_left(web, tmp_path):
    web.plain["/other.txt"] = b"another text"
    with pytest.raises(SourceError) as caught:
        get(web, tmp_path / "text", "gone.txt", "other.txt")
    message = str(caught.value)
    assert (
        f"gone.txt could not be fetched from {web.url}/gone.txt: it answered with HTTP" in message
    )
    assert "The checksum of gone.txt differs" in message
    assert message.endswith(".")
    assert "\n" not in message
    assert not list(tmp_path.iterdir())


def test_a_broken_download_is_gone_on_with_from_another_mirror(web, tmp_path):
    web.plain["/mirror/text.txt"] = TEXT
    web.faults["/texts/some text.txt"] = [Fault(stop_after=200_000), *[Fault(503)] * 9]
    get(web, tmp_path / "text", "texts/some%20text.txt", "mirror/text.txt")
    assert web.sent["/mirror/text.txt"] == len(TEXT) - KEPT


def test_the_next_run_goes_on_where_one_was_broken_off(web, tmp_path):
    path = "/texts/some text.txt"
    web.faults[path] = [Fault(stop_after=200_000)]
    with pytest.raises(InterruptedFetchError):
        get(web, tmp_path / "text", attempts=1)
    assert not (tmp_path / "text").exists()
    get(web, tmp_path / "text")
    assert web.sent[path] == 200_000 + len(TEXT) - KEPT
    assert [p.name for p in tmp_path.iterdir()] == ["text"]


def test_no_login_or_signature_of_an_address_is_shown(web, tmp_path, capsys):
    mirrors = [f"{web.url.replace('//', '//me:pass@')}/gone.txt?signature=s3cret"] * 2
    with pytest.raises(SourceError) as caught:
        fetch_url(mirrors, "0" * 64, "CC0", tmp_path / "text")
    shown = "".join(traceback.format_exception(caught.value)) + capsys.readouterr().err
    assert "HTTP status 401" in shown or "HTTP status 404" in shown
    assert "s3cret" not in shown
    assert "pass" not in shown


def test_a_disk_that_is_too_small(web, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000))
    with pytest.raises(SourceError, match=r"text.txt needs 0\.4 MB more, but the disk"):
        get(web, tmp_path / "text")
    assert not list(tmp_path.iterdir())


def test_lost_files_are_fetched_again(web, tmp_path):
    pins = {"mirrors": [f"{web.url}/texts/some%20text.txt"]}
    source = {"url": pins | {"sha256": hashlib.sha256(TEXT).hexdigest()}, "licence": "CC0"}
    manifest = fetch(source, tmp_path / "text")
    (tmp_path / "text/some text.txt").write_bytes(b"damaged")
    ensure_source(source, tmp_path / "text", manifest)
    assert (tmp_path / "text/some text.txt").read_bytes() == TEXT
