"""A small hub on the loopback: the routes of the real one that its client library asks, and faults.

What it answers follows what `huggingface_hub` and `requests` need: the listing of a repo at a
revision with sizes and checksums, the tree, and each file with ETag, commit and ranges. A file in
`lfs` is stored as the hub stores large ones, known by its sha256; others by the sha1 of their blob.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

MAIN, STEP = "1" * 40, "2" * 40  # commits


@dataclass
class Repo:
    """One repo: its files by commit, the names of its commits, who may see it."""

    commits: dict[str, dict[str, bytes]]
    refs: dict[str, str]
    lfs: tuple[str, ...] = (".safetensors", ".parquet")
    gated: bool = False
    token: str | None = None  # that a private or gated repo asks for

    def commit(self, revision: str) -> str | None:
        found = self.refs.get(revision, revision)
        return found if found in self.commits else None


@dataclass
class Fault:
    """What the next request of a path meets."""

    status: int = 0  # answered in place of the file
    headers: dict[str, str] = field(default_factory=dict)
    silent: float = 0  # seconds without an answer
    stop_after: int | None = None  # bytes, then the connection breaks
    content: bytes | None = None  # sent in place of the file's


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Hub:
    """The server; `repos` by 'models/name' or 'datasets/name', `faults` by path, in order."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.plain: dict[str, bytes] = {}  # files that are no repo's, by path
        self.faults: dict[str, list[Fault]] = {}
        self.requests: Counter[str] = Counter()
        self.seen: list[tuple[str, str, dict[str, str]]] = []  # method, path, headers
        self.sent: Counter[str] = Counter()  # bytes of bodies
        self.ranges = True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # --- answers ------------------------------------------------------------------------------

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = unquote(urlsplit(request.path).path)
        self.requests[path] += 1
        self.seen.append(
            (request.command, request.path, {k.title(): v for k, v in request.headers.items()})
        )
        fault = self.faults[path].pop(0) if self.faults.get(path) else Fault()
        time.sleep(fault.silent)
        status, headers, body = self._found(path, request.headers.get("Authorization"))
        if fault.status:
            status, headers, body = fault.status, fault.headers, b'{"error": "fault"}'
        elif fault.content is not None:
            body = fault.content
        start = self._start(request, status, len(body))
        if start is None:
            status, body = 416, b""
        elif start:
            status, body = 206, body[start:]
            headers = headers | {"Content-Range": f"bytes {start}-{start + len(body) - 1}/*"}
        self._send(request, status, headers, body, fault.stop_after)

    def _start(self, request: BaseHTTPRequestHandler, status: int, size: int) -> int | None:
        """Where the asked range begins; 0 for the whole, None where there is nothing to send."""
        asked = request.headers.get("Range", "")
        if not (asked.startswith("bytes=") and self.ranges and status == 200):
            return 0
        start = int(asked.removeprefix("bytes=").split("-")[0])
        return start if start < size else None

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        headers: dict[str, str],
        body: bytes,
        stop_after: int | None,
    ) -> None:
        request.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(name, value)
        request.end_headers()
        if request.command == "HEAD":
            return
        sent = body if stop_after is None else body[:stop_after]
        request.wfile.write(sent)
        self.sent[unquote(urlsplit(request.path).path)] += len(sent)
        if stop_after is not None:
            request.close_connection = True

    def _found(self, path: str, login: str | None) -> tuple[int, dict[str, str], bytes]:
        if path in self.plain:
            return 200, {}, self.plain[path]
        kind, name, action, rest = self._route(path)
        repo = self.repos.get(f"{kind}/{name}")
        wrong = repo is not None and repo.token and login != f"Bearer {repo.token}"
        if repo is None or (wrong and not repo.gated):
            return _refusal(404 if login else 401, "RepoNotFound")
        if login and repo.token and login != f"Bearer {repo.token}":
            return _refusal(401, "", "Invalid credentials in Authorization header")
        if action == "resolve" and wrong:
            return _refusal(401, "GatedRepo")
        revision, _, file = rest.partition("/")
        commit = repo.commit(unquote(revision))
        if commit is None:
            return _refusal(404, "RevisionNotFound")
        return self._of_commit(repo, name, action, commit, file)

    def _of_commit(
        self, repo: Repo, name: str, action: str, commit: str, file: str
    ) -> tuple[int, dict[str, str], bytes]:
        files = repo.commits[commit]
        if action == "revision":
            listed = [_sibling(repo, path, content) for path, content in files.items()]
            info = {"id": name, "sha": commit, "siblings": listed, "tags": []}
            return 200, {"Content-Type": "application/json"}, json.dumps(info).encode()
        if action == "tree":
            tree = [_entry(repo, path, content) for path, content in files.items()]
            return 200, {"Content-Type": "application/json"}, json.dumps(tree).encode()
        if file not in files:
            return _refusal(404, "EntryNotFound")
        content = files[file]
        large = file.endswith(repo.lfs)
        etag = hashlib.sha256(content).hexdigest() if large else blob(content)
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if large:
            headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(content))}
        return 200, headers, content

    def _route(self, path: str) -> tuple[str, str, str, str]:
        """Kind, name, action and what follows, of an api or resolve path."""
        parts = path.strip("/").split("/")
        if parts[0] == "api":
            kind, parts = parts[1], parts[2:]
        elif parts[0] == "datasets":
            kind, parts = "datasets", parts[1:]
        else:
            kind = "models"
        for at, part in enumerate(parts):
            if part in ("revision", "tree", "resolve"):
                return kind, "/".join(parts[:at]), part, "/".join(parts[at + 1 :])
        return kind, "/".join(parts), "revision", "main"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(BrokenPipeError):  # the client gave up waiting
                    answer(self)

            do_HEAD = do_GET

            def log_message(self, *args: Any) -> None:
                return None

        return Handler


def _refusal(status: int, code: str, message: str = "") -> tuple[int, dict[str, str], bytes]:
    headers = {"X-Error-Code": code} if code else {}
    return status, headers | ({"X-Error-Message": message} if message else {}), b"{}"


def _sibling(repo: Repo, path: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob(content)}
    if path.endswith(repo.lfs):
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 130}
    return entry


def _entry(repo: Repo, path: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "path": path, "size": len(content)}
    entry["oid"] = blob(content)
    if path.endswith(repo.lfs):
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 130}
    return entry


@contextmanager
def running() -> Iterator[Hub]:
    hub = Hub()
    try:
        yield hub
    finally:
        hub.close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """An empty hub that this process and those that it starts ask in place of the real one."""
    import huggingface_hub

    with running() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        yield hub
