"""Pages in a headless Chromium: a test fails on an error in the console and on any outside request."""

import os
import shutil
from collections.abc import Iterator

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
    """An empty page. At the end, all its requests must have gone to the first address, or to data."""
    context = chromium.new_context()
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
    home = requests[0] if requests[0].startswith("file:") else requests[0].split("/", 3)[:3]
    outside = [
        url
        for url in requests
        if not url.startswith("data:") and url != home and url.split("/", 3)[:3] != home
    ]
    assert outside == []
