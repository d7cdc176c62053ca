"""The demo with a tiny model, served on this machine."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from explained_prompts import HOSTILE, loaded

from token_influence.demo.app import application
from token_influence.demo.serving import ADDRESS, bound
from token_influence.page.files import templates

EXAMPLE = {"title": "Hostile", "text": HOSTILE, "target": "x", "other": "y", "before": ""}
EXAMPLE |= {"chat": False, "system": "", "answer": ""}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the demo is served while the tests of a module run."""
    listening = bound(0)
    app = application({"tiny": loaded()}, templates(), [EXAMPLE], hosts=["demo.example.org"])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield f"http://{ADDRESS}:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
