"""A package index, and downloads within the tests' own process, where faults can be planted."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from package_server import FILE, SDIST, Index

from token_influence.sources import kinds, retries


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(module: str, request: dict[str, Any]) -> Any:
        return import_module(module).transport(**request)

    monkeypatch.setattr(kinds, "run_outside", run)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """A package index that holds one source distribution."""
    index = Index()
    index.files = {FILE: SDIST}
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.001)
    yield index
    index.server.shutdown()
    index.server.server_close()
