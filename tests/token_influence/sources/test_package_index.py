"""Fetching from a package index: faults of the network, and what the index has not."""

import random
import socket
import traceback

import pytest
from package_server import FILE, SDIST, get, refused
from tiny_archives import sha256, tar_of

from token_influence.errors import InterruptedFetchError, SourceError


@pytest.mark.parametrize("fault", [503, 429, "truncated"])
@pytest.mark.parametrize("path", ["/simple/demo/", f"/files/{FILE}"])
def test_a_passing_fault_is_tried_again(index, tmp_path, path, fault):
    index.faults[path] = [fault, fault]
    get(tmp_path / "demo")
    assert index.requests[path] == 3


def test_it_gives_up_after_the_attempts_it_was_given(index, tmp_path):
    index.faults[f"/files/{FILE}"] = [503] * 9
    assert "HTTP status 503" in refused(tmp_path / "demo", attempts=2)
    assert index.requests[f"/files/{FILE}"] == 2


def test_a_download_that_stays_truncated_is_refused(index, tmp_path):
    index.faults[f"/files/{FILE}"] = ["truncated"] * 9
    assert "broke off" in refused(tmp_path / "demo", attempts=2)


def test_what_has_arrived_of_a_broken_download_is_kept_for_the_next_run(index, tmp_path):
    noise = random.Random(0).randbytes(300_000)  # which does not get smaller in an archive
    content = index.files[FILE] = tar_of(("demo-1.0/texts/noise.txt", noise))
    index.faults[f"/files/{FILE}"] = ["truncated"]
    with pytest.raises(InterruptedFetchError, match="broke off"):
        get(tmp_path / "demo", content=content, attempts=1)
    (part,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert 0 < part.stat().st_size < len(content)
    get(tmp_path / "demo", content=content)
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_lasting_fault_is_not_tried_again(index, tmp_path):
    index.faults[f"/files/{FILE}"] = [404]
    assert "HTTP status 404" in refused(tmp_path / "demo")
    assert index.requests[f"/files/{FILE}"] == 1


def test_an_index_that_cannot_be_reached_is_named(index, tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", url)
    message = refused(tmp_path / "demo", attempts=2)
    assert url in message
    assert "no connection" in message


def test_something_that_is_no_index_is_refused(index, tmp_path):
    index.faults["/simple/demo/"] = ["nonsense"]
    assert "does not answer as a package index" in refused(tmp_path / "demo")


def test_an_unknown_project_is_named(index, tmp_path):
    assert "no project other" in refused(tmp_path / "demo", name="other")


@pytest.mark.parametrize("address", ["http://[::1/simple", "http://u:secret@[/simple"])
def test_an_address_of_the_index_that_is_none_is_one_sentence(tmp_path, monkeypatch, address):
    monkeypatch.setenv("PIP_INDEX_URL", address)
    with pytest.raises(SourceError, match="address of the package index that pip uses") as caught:
        get(tmp_path / "demo")
    assert "secret" not in str(caught.value)


def test_an_unknown_version_is_answered_with_those_that_are_there(index, tmp_path):
    assert "no version 2.0, only 1.0" in refused(tmp_path / "demo", version="2.0")


def test_an_unknown_file_is_answered_with_those_that_are_there(index, tmp_path):
    assert f"has only {FILE}" in refused(tmp_path / "demo", file="demo-1.0.zip")


def test_a_download_with_another_checksum_is_refused(index, tmp_path):
    message = refused(tmp_path / "demo", sha256="0" * 64)
    assert sha256(SDIST) in message
    assert "0" * 64 in message


def test_a_checksum_that_the_index_contradicts_is_refused_before_the_download(index, tmp_path):
    index.listed_sha256[FILE] = "1" * 64
    assert "the index lists sha256 111" in refused(tmp_path / "demo")
    assert index.requests[f"/files/{FILE}"] == 0


def test_the_login_of_the_index_goes_to_its_host_only_and_into_no_message(
    index, tmp_path, monkeypatch
):
    monkeypatch.setenv("PIP_INDEX_URL", f"http://user:s%65cret@{index.host}/simple")
    index.files_host = f"http://localhost:{index.server.server_address[1]}"
    assert "secret" not in str(get(tmp_path / "demo"))
    assert index.logins["/simple/demo/"] == "Basic dXNlcjpzZWNyZXQ="  # user:secret
    assert index.logins[f"/files/{FILE}"] is None
    index.faults["/simple/demo/"] = [403]
    with pytest.raises(SourceError) as caught:
        get(tmp_path / "other")
    shown = "".join(traceback.format_exception(caught.value))
    assert "HTTP status 403" in shown
    assert "s%65cret" not in shown
    assert "secret" not in shown


def test_the_index_of_pips_configuration_is_used(index, tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {index.url}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_INDEX_URL")
    get(tmp_path / "demo")
    assert index.requests["/simple/demo/"] == 1


def test_progress_is_told_in_plain_lines_where_there_is_no_terminal(index, tmp_path, capsys):
    get(tmp_path / "demo", progress=True)
    told = capsys.readouterr().err.splitlines()
    assert told
    assert all(line.startswith(FILE) and " MB" in line for line in told)
    get(tmp_path / "other")
    assert capsys.readouterr().err == ""
