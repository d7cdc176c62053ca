"""Downloads within the tests' own process, where faults can be planted."""

from importlib import import_module
from typing import Any

import pytest

from token_influence.sources import kinds


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(module: str, request: dict[str, Any]) -> Any:
        return import_module(module).transport(**request)

    monkeypatch.setattr(kinds, "run_outside", run)
