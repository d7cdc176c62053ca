"""One file of the Python package index, downloaded and verified; nothing of it is run."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)
from requests.auth import HTTPBasicAuth
from tqdm import tqdm

from token_influence.checksums import fingerprint, same_checksum
from token_influence.errors import SourceError

Result = TypeVar("Result")

CONNECT_AND_READ_SECONDS = (15, 180)
FIRST_PAUSE_SECONDS = 1.0  # doubled before each further attempt
TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}


def download(
    name: str, version: str, file: str, sha256: str, archive: Path, attempts: int, progress: bool
) -> None:
    """Fetch `file` to the path `archive`; raise SourceError unless its checksum is `sha256`."""
    index, auth = _index()
    with PyPISimple(index, auth=auth) as client:
        page = _attempt(file, index, attempts, lambda: _project_page(client, name, file))
        package = _listed(page, name, version, file)
        same_checksum(file, "the index lists", package.digests.get("sha256", sha256), sha256)

        def transfer() -> None:
            client.download_package(
                package,
                archive,
                verify=False,  # against the pinned checksum below, not the index's own
                progress=_bar(file) if progress else None,
                timeout=CONNECT_AND_READ_SECONDS,
            )

        _attempt(file, index, attempts, transfer)
    same_checksum(file, "the download has", fingerprint(archive)["sha256"], sha256)


def _project_page(client: PyPISimple, name: str, file: str) -> ProjectPage:
    try:
        return client.get_project_page(name, timeout=CONNECT_AND_READ_SECONDS)
    except NoSuchProjectError as error:
        raise SourceError(
            f"{file} was not found: the package index {client.endpoint} has no project {name}."
        ) from error


def _listed(page: ProjectPage, name: str, version: str, file: str) -> DistributionPackage:
    """The entry of `file` on the project's page."""
    for package in page.packages:
        if package.filename == file and package.version == version:
            return package
    files = sorted(package.filename for package in page.packages if package.version == version)
    if files:
        listed = f"{name} {version} has only {', '.join(files)}"
    else:
        versions = sorted({package.version for package in page.packages if package.version})
        listed = f"{name} has no version {version}, only {', '.join(versions) or 'none at all'}"
    raise SourceError(f"{file} was not found: on the package index, {listed}.")


def _attempt(file: str, index: str, attempts: int, action: Callable[[], Result]) -> Result:
    """The result of `action`, tried again with growing pauses while the fault may pass."""
    for left in reversed(range(attempts)):
        try:
            return action()
        except requests.RequestException as error:
            reason, transient = _diagnosis(error)
            if not (left and transient):
                raise SourceError(
                    f"{file} could not be fetched from the package index {index}: {reason}."
                ) from error
            pause = FIRST_PAUSE_SECONDS * 2 ** (attempts - 1 - left)
            _say(f"{file}: {reason}; trying again in {pause:g} s, {left} of {attempts} left")
            time.sleep(pause)
        except (ValueError, UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
            raise SourceError(
                f"{file} could not be fetched: {index} does not answer as a package index does."
            ) from error
    raise ValueError("attempts must be at least 1")


def _diagnosis(error: requests.RequestException) -> tuple[str, bool]:
    """What went wrong, in words that hold no address, and whether trying again may help."""
    # The exceptions' own text is not shown: it may hold signed addresses or a proxy's password.
    if error.response is not None:
        status = error.response.status_code
        return f"it answered with HTTP status {status}", status in TRANSIENT_STATUS
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate could not be verified", False
    if isinstance(error, requests.Timeout):
        return "it did not answer in time", True
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off", True
    if isinstance(error, requests.ConnectionError):
        return "no connection could be made or kept", True
    return f"the request failed ({type(error).__name__})", False


def _index() -> tuple[str, "_SameHost | None"]:
    """The address of the package index that pip would use, and the login that its address held."""
    parts = urlsplit(os.environ.get("PIP_INDEX_URL") or _configured_index())
    if not parts.netloc:
        return PYPI_SIMPLE_ENDPOINT, None
    # The login goes into a header, so that no message or traceback can show it with the address.
    login, _, host = parts.netloc.rpartition("@")
    index = urlunsplit((parts.scheme, host, parts.path, "", ""))
    if not login:
        return index, None
    user, _, password = login.partition(":")
    return index, _SameHost(index, unquote(user), unquote(password))


def _configured_index() -> str:
    """The index address in pip's configuration files; empty if there is none or pip is not here."""
    # `pip config get` does not look into the file that PIP_CONFIG_FILE names; `list` does.
    command = [sys.executable, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^global\.index-url='(.*)'$", answer.stdout, re.M)
    return found.group(1) if found else ""


class _SameHost(HTTPBasicAuth):
    """A login that goes to the index's own host only, not to the hosts that it links to."""

    def __init__(self, index: str, user: str, password: str) -> None:
        super().__init__(user, password)
        self.host = urlsplit(index).netloc

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if urlsplit(request.url or "").netloc == self.host:
            return super().__call__(request)
        return request


def _bar(file: str) -> Callable[[int | None], Any]:
    """A progress bar on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty():
        return lambda total: tqdm(desc=file, total=total, unit="B", unit_scale=True)
    return lambda total: _Lines(file, total)


class _Lines:
    """Download progress as a few plain lines, for logs: one per quarter of the file."""

    def __init__(self, file: str, total: int | None) -> None:
        self.file, self.total, self.done, self.quarters = file, total, 0, 0

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, increment: int) -> None:
        self.done += increment
        quarters = 4 * self.done // self.total if self.total else 0
        if quarters > self.quarters:
            self.quarters = quarters
            _say(f"{self.file}: {self.done / 1e6:.1f} of {(self.total or 0) / 1e6:.1f} MB")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
