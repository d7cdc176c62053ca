"""Pages in a headless Chromium: a test fails on an error in the console and on any outside request."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
MILLISECONDS = 60_000  # until a step fails; a busy machine is slow


# For one module, since Playwright keeps an event loop running in this thread for so long, which tests
# that start Snakemake or DVC in a fork would inherit.
@pytest.fixture(scope="module")
def chromium():
    """A headless browser; tests skip where none is installed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser is installed ({', '.join(NAMES)}); `.ci/run` says how")
    sync_api = pytest.importorskip("playwright.sync_api")
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except sync_api.Error as error:
            pytest.skip(f"{path} does not start here: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator:
    """An empty page, watched as `watched` says."""
    with watched(chromium.new_context()) as page:
        yield page


@contextmanager
def watched(context) -> Iterator:
    """An empty page of the context, which is closed at the end.

    Then no error may have come, and all requests must have gone to the page's home, or to data: to the
    host of its first address; for a file, to the folder that it lies in.
    """
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert errors == []
    home = (
        requests[0].rpartition("/")[0] if requests[0].startswith("file:") else origin(requests[0])
    )
    inside = ("data:", "blob:", f"{home}/")
    assert [url for url in requests if not url.startswith(inside)] == []


def origin(url: str) -> str:
    """The scheme and the host of an address."""
    return "/".join(url.split("/", 3)[:3])
