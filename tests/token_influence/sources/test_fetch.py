"""Fetching from a package index: a small one of our own, over real HTTP on this machine."""

import random
import socket
import tarfile
import traceback
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tiny_archives import sha256, special, tar_of, zip_link, zip_of

from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources import retries
from token_influence.sources.cache import ensure_source, fingerprint_local
from token_influence.sources.fetch import fetch
from token_influence.sources.kinds import fetch_joined, fetch_package

FILE = "demo-1.0.tar.gz"
WHEEL = "demo-1.0-py3-none-any.whl"


# --- the archive -----------------------------------------------------------------------------------

SDIST = tar_of(
    special("demo-1.0/texts", tarfile.DIRTYPE),
    ("demo-1.0/setup.py", b"raise SystemExit('a source must not be run')"),
    ("demo-1.0/texts/two_(old)[1].txt", b"two two"),
    ("demo-1.0/texts/one.txt", b"one"),
    ("demo-1.0/texts/three.bin", b"three"),
)


# --- the index ------------------------------------------------------------------------------------


class Index:
    """A simple index of one project; `faults` are met by the next requests of a path, in order."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.listed_sha256: dict[str, str] = {}
        self.faults: dict[str, list[Any]] = {}
        self.requests: Counter[str] = Counter()
        self.logins: dict[str, str | None] = {}
        self.files_host = ""  # links are relative without it
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}/simple/"

    def page(self) -> bytes:
        links = (
            f'<a href="{self.files_host}/files/{name}#sha256={self.listed_sha256[name]}">{name}</a>'
            if name in self.listed_sha256
            else f'<a href="{self.files_host}/files/{name}">{name}</a>'
            for name in self.files
        )
        return "<br>".join(links).encode()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path
        self.requests[path] += 1
        self.logins[path] = request.headers["Authorization"]
        known = {f"/files/{name}": content for name, content in self.files.items()}
        known["/simple/demo/"] = self.page()
        fault = self.faults[path].pop(0) if self.faults.get(path) else None
        status = fault if isinstance(fault, int) else 200 if path in known else 404
        body = known.get(path, b"nothing here")
        request.send_response(status)
        kind = "text/html" if path.startswith("/simple/") and fault != "nonsense" else "image/png"
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if fault == "truncated" else body)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *args: Any) -> None:
                return None

        return Handler


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch):
    index = Index()
    index.files = {FILE: SDIST}
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.001)
    yield index
    index.server.shutdown()
    index.server.server_close()


def get(folder: Path, file: str = FILE, content: bytes = SDIST, **changes: Any) -> dict[str, Any]:
    pins: dict[str, Any] = {
        "name": "demo",
        "version": "1.0",
        "file": file,
        "sha256": sha256(content),
        "members": ["demo-1.0/texts/*.txt"],
        "licence": "CC0",
        "progress": False,
    }
    return fetch_package(**(pins | changes), folder=folder)


def refused(folder: Path, **changes: Any) -> str:
    """The message of a refused fetch: one sentence that names the file, and nothing left behind."""
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(SourceError) as caught:
        get(folder, **changes)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert changes.get("file", FILE) in message
    assert sorted(folder.parent.rglob("*")) == before
    return message


# --- what is fetched ------------------------------------------------------------------------------


def test_only_the_wanted_members_arrive_and_the_manifest_tells_of_them(index, tmp_path):
    manifest = get(tmp_path / "demo")
    assert manifest == {
        "kind": "package",
        "name": "demo",
        "version": "1.0",
        "file": FILE,
        "sha256": sha256(SDIST),
        "licence": "CC0",
        "members": {
            "demo-1.0/texts/one.txt": {"sha256": sha256(b"one"), "bytes": 3},
            "demo-1.0/texts/two_(old)[1].txt": {"sha256": sha256(b"two two"), "bytes": 7},
        },
    }
    assert list(manifest["members"]) == sorted(manifest["members"])
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {f"demo/{member}" for member in manifest["members"]}
    assert (tmp_path / "demo/demo-1.0/texts/one.txt").read_bytes() == b"one"


def test_equal_pins_give_equal_manifests_wherever_they_are_fetched_to(index, tmp_path):
    assert get(tmp_path / "here") == get(tmp_path / "elsewhere" / "there")


def test_a_wheel_is_read_like_an_sdist(index, tmp_path):
    wheel = zip_of(("demo/data.txt", b"data"), ("demo/__init__.py", b"raise SystemExit"))
    index.files[WHEEL] = wheel
    manifest = get(tmp_path / "demo", WHEEL, wheel, members=["demo/data.txt"])
    assert manifest["members"] == {"demo/data.txt": {"sha256": sha256(b"data"), "bytes": 4}}
    assert (tmp_path / "demo/demo/data.txt").read_bytes() == b"data"


def test_a_member_with_brackets_can_be_named_plainly(index, tmp_path):
    name = "demo-1.0/texts/two_(old)[1].txt"
    assert list(get(tmp_path / "demo", members=[name])["members"]) == [name]


def test_a_member_may_have_a_checksum_of_its_own(index, tmp_path):
    pin = {"demo-1.0/texts/one.txt": sha256(b"one")}
    get(tmp_path / "demo", member_sha256=pin)
    message = refused(tmp_path / "other", member_sha256={"demo-1.0/texts/one.txt": sha256(b"uno")})
    assert sha256(b"one") in message
    assert sha256(b"uno") in message


def test_a_former_folder_is_replaced_on_success_and_kept_on_failure(index, tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "former").write_text("former")
    refused(folder, members=["demo-1.0/nothing"])
    assert (folder / "former").read_text() == "former"
    get(folder)
    assert not (folder / "former").exists()


def test_what_a_killed_run_left_is_cleared_away(index, tmp_path):
    (tmp_path / ".demo.tmp" / "members").mkdir(parents=True)
    get(tmp_path / "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


# --- faults of the network ------------------------------------------------------------------------


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


# --- not what was pinned --------------------------------------------------------------------------


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


def test_every_pattern_must_match_a_file(index, tmp_path):
    members = ["demo-1.0/texts/*.txt", "demo-1.0/texts"]  # the second is a folder
    assert "no member 'demo-1.0/texts'" in refused(tmp_path / "demo", members=members)


@pytest.mark.parametrize("file", [FILE, WHEEL])
def test_a_file_that_is_no_archive_is_refused(index, tmp_path, file):
    index.files[file] = b"no archive"
    message = refused(tmp_path / "demo", file=file, content=b"no archive")
    assert f"The archive {file} cannot be read" in message


def test_an_archive_that_breaks_off_is_refused(index, tmp_path):
    noise = bytes(range(256)) * 64
    broken = zip_of(("demo/data.txt", noise)).replace(noise[:64], noise[64:128], 1)
    index.files[WHEEL] = broken
    message = refused(tmp_path / "demo", file=WHEEL, content=broken, members=["demo/*"])
    assert f"The archive {WHEEL} cannot be read: Bad CRC-32" in message


def test_a_folder_that_cannot_be_written_is_one_sentence(index, tmp_path):
    (tmp_path / "file").write_text("a file, not a folder")
    assert "can't be written: Not a directory" in refused(tmp_path / "file" / "demo")


# --- hostile archives -----------------------------------------------------------------------------

# Each of these would put something where `out` is, or make a later member go there.
HOSTILE: dict[str, Callable[[Path], bytes]] = {
    "leads out": lambda out: tar_of(("demo-1.0/../../evil.txt", b"evil")),
    "starts outside": lambda out: tar_of(("../evil.txt", b"evil")),
    "absolute": lambda out: tar_of((f"{out}/evil.txt", b"evil")),
    "drive": lambda out: tar_of(("c:/evil.txt", b"evil")),
    "backslash": lambda out: tar_of(("..\\evil.txt", b"evil")),
    "symlink": lambda out: tar_of(special("link.txt", tarfile.SYMTYPE, str(out))),
    "hardlink": lambda out: tar_of(special("link.txt", tarfile.LNKTYPE, str(out))),
    "pipe": lambda out: tar_of(special("pipe.txt", tarfile.FIFOTYPE)),
    "device": lambda out: tar_of(special("null.txt", tarfile.CHRTYPE)),
    "through a link": lambda out: tar_of(
        special("d", tarfile.SYMTYPE, str(out)), ("d/evil.txt", b"evil")
    ),
    "twice": lambda out: tar_of(("one.txt", b"good"), ("one.txt", b"evil")),
    "zip leads out": lambda out: zip_of(("demo/../../evil.txt", b"evil")),
    "zip absolute": lambda out: zip_of((f"{out}/evil.txt", b"evil")),
    "zip symlink": lambda out: zip_of((zip_link("link.txt"), str(out).encode())),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_unsafe_member_stops_everything(index, tmp_path, kind):
    (tmp_path / "out").mkdir()
    file = WHEEL if kind.startswith("zip") else FILE
    content = index.files[file] = HOSTILE[kind](tmp_path / "out")
    message = refused(tmp_path / "in" / "demo", file=file, content=content, members=["*"])
    assert "is not safe" in message
    assert not list(tmp_path.rglob("evil.txt"))


def test_an_unsafe_member_that_nobody_wants_stays_in_the_archive(index, tmp_path):
    content = tar_of(("../evil.txt", b"evil"), ("good.txt", b"good"))
    index.files[FILE] = content
    get(tmp_path / "in" / "demo", content=content, members=["good.txt"])
    assert {path.name for path in tmp_path.rglob("*.txt")} == {"good.txt"}


# --- which index ----------------------------------------------------------------------------------


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


# --- a file in parts ------------------------------------------------------------------------------


def parts_of(index: Index, *contents: bytes, members: str = "part*") -> list[dict[str, Any]]:
    """Packages of one project, each with one part of a file."""
    parts = []
    for number, content in enumerate(contents):
        file = f"demo-1.{number}.tar.gz"
        index.files[file] = tar_of(("part", content), ("other", b"other"))
        pins = {"name": "demo", "version": f"1.{number}", "file": file, "members": [members]}
        parts.append(pins | {"sha256": sha256(index.files[file])})
    return parts


def test_parts_are_joined_in_their_order(index, tmp_path):
    join = {"file": "whole.bin", "sha256": sha256(b"onetwothree")}
    join |= {"parts": parts_of(index, b"one", b"two", b"three")}
    source = {"join": join, "licence": "CC0"}
    manifest = fetch(source, tmp_path / "whole")
    assert (tmp_path / "whole/whole.bin").read_bytes() == b"onetwothree"
    assert [path.name for path in tmp_path.rglob("*")] == ["whole", "whole.bin"]
    assert manifest["members"] == {"whole.bin": {"sha256": join["sha256"], "bytes": 11}}
    assert [part["version"] for part in manifest["parts"]] == ["1.0", "1.1", "1.2"]
    (tmp_path / "whole/whole.bin").unlink()
    ensure_source(source, tmp_path / "whole", manifest)
    assert (tmp_path / "whole/whole.bin").read_bytes() == b"onetwothree"


def test_parts_that_make_another_file_are_refused(index, tmp_path):
    parts = parts_of(index, b"one", b"two")
    with pytest.raises(SourceError, match=r"checksum of whole\.bin differs"):
        fetch_joined("whole.bin", sha256(b"twoone"), parts, "CC0", tmp_path / "whole")
    assert not list(tmp_path.iterdir())


def test_a_source_says_how_much_it_may_unpack_to(index, tmp_path):
    content = index.files[FILE] = tar_of(("a.txt", bytes(1_500_000)))
    assert "unpacks to too much" in refused(
        tmp_path / "demo", content=content, members=["*"], unpacked_mb=1
    )
    get(tmp_path / "demo", content=content, members=["*"], unpacked_mb=2)
    parts = [part | {"unpacked_mb": 1} for part in parts_of(index, bytes(1_500_000))]
    with pytest.raises(SourceError, match="unpacks to too much"):
        fetch_joined("whole.bin", sha256(bytes(1_500_000)), parts, "CC0", tmp_path / "whole")


def test_a_part_must_be_one_member(index, tmp_path):
    parts = parts_of(index, b"one", members="*")
    with pytest.raises(SourceError, match="one part of a file, but its members match other, part"):
        fetch_joined("whole.bin", sha256(b"one"), parts, "CC0", tmp_path / "whole")
    assert not list(tmp_path.iterdir())


def test_licence_and_terms_are_told_before_the_download(index, tmp_path, capsys):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    package = pins | {"members": ["demo-1.0/texts/*.txt"]}
    fetch({"package": package, "licence": "own", "terms": "a page"}, tmp_path / "demo")
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Licence: own; terms, accepted in the config: a page"
    assert told[1].startswith(FILE)


# --- local sources and the choice of kind ---------------------------------------------------------


def test_a_local_folder_is_fingerprinted_where_it_lies(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_bytes(b"two")
    (tmp_path / "one.txt").write_bytes(b"one")
    manifest = fingerprint_local(tmp_path, "mine")
    assert manifest == {
        "kind": "local",
        "path": str(tmp_path),
        "licence": "mine",
        "members": {
            "b/two.txt": {"sha256": sha256(b"two"), "bytes": 3},
            "one.txt": {"sha256": sha256(b"one"), "bytes": 3},
        },
    }
    assert list(manifest["members"]) == ["b/two.txt", "one.txt"]


def test_a_local_file_is_fingerprinted_by_its_name(tmp_path):
    (tmp_path / "one.txt").write_bytes(b"one")
    members = fingerprint_local(tmp_path / "one.txt")["members"]
    assert members == {"one.txt": {"sha256": sha256(b"one"), "bytes": 3}}


@pytest.mark.parametrize("name", ["missing", "empty.txt", "empty"])
def test_a_local_source_that_holds_nothing_is_refused(tmp_path, name):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=name):
        fingerprint_local(tmp_path / name)


def test_a_source_is_fetched_by_its_kind(index, tmp_path):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    package = pins | {"members": ["demo-1.0/texts/one.txt"]}
    source = {"package": package, "local": None, "licence": "CC0"}
    assert fetch(source, tmp_path / "demo")["kind"] == "package"
    local = fetch({"local": str(tmp_path / "demo"), "licence": "CC0"}, None)
    assert (local["kind"], local["licence"]) == ("local", "CC0")


@pytest.mark.parametrize("source", [{}, {"local": "a", "package": {}}, {"ftp": "a"}])
def test_a_source_has_exactly_one_kind(source):
    with pytest.raises(SourceError, match="exactly one of package, join, hub, url, local"):
        fetch(source, None)


# --- the files behind a manifest ------------------------------------------------------------------


def test_whole_files_are_not_fetched_again_but_missing_or_damaged_ones_are(index, tmp_path):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    source = {"package": pins | {"members": ["demo-1.0/texts/*.txt"]}, "licence": "CC0"}
    folder = tmp_path / "demo"
    manifest = fetch(source, folder)
    one = folder / "demo-1.0/texts/one.txt"
    assert ensure_source(source, folder, manifest) == folder
    assert index.requests[f"/files/{FILE}"] == 1
    for damage in (lambda: one.write_bytes(b"uno"), one.unlink):
        damage()
        ensure_source(source, folder, manifest)
        assert one.read_bytes() == b"one"
    assert index.requests[f"/files/{FILE}"] == 3


def test_a_local_source_that_is_not_what_its_manifest_says_is_refused(tmp_path):
    path = tmp_path / "one.txt"
    path.write_bytes(b"one")
    source = {"local": str(path), "licence": "mine"}
    manifest = fetch(source, None)
    assert ensure_source(source, tmp_path / "nowhere", manifest) == path
    path.write_bytes(b"uno")
    with pytest.raises(SourceError, match="changed meanwhile"):
        ensure_source(source, tmp_path / "nowhere", manifest)
