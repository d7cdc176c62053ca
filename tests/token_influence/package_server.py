"""A small package index of our own, over real HTTP on this machine, and what it serves."""

import tarfile
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tiny_archives import sha256, special, tar_of

from token_influence.errors import SourceError
from token_influence.sources.kinds import fetch_package

FILE = "demo-1.0.tar.gz"


WHEEL = "demo-1.0-py3-none-any.whl"


SDIST = tar_of(
    special("demo-1.0/texts", tarfile.DIRTYPE),
    ("demo-1.0/setup.py", b"raise SystemExit('a source must not be run')"),
    ("demo-1.0/texts/two_(old)[1].txt", b"two two"),
    ("demo-1.0/texts/one.txt", b"one"),
    ("demo-1.0/texts/three.bin", b"three"),
)


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
