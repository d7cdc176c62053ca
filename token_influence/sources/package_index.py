"""One file of the Python package index, downloaded and verified; nothing in it is run."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
)
from requests.auth import HTTPBasicAuth

from token_influence.errors import SourceError
from token_influence.sources.checksums import same_checksum, same_fingerprint
from token_influence.sources.downloads import Remote, download_file, stated_bytes
from token_influence.sources.retries import ATTEMPTS, CONNECT_AND_READ_SECONDS, attempt


def download(
    name: str,
    version: str,
    file: str,
    sha256: str,
    archive: Path,
    *,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> None:
    """Fetch `file` to the path `archive`, going on after the part that it already holds.

    Raises SourceError unless its checksum is `sha256`; InterruptedFetchError if the index cannot be
    reached now.
    """
    index, auth = _index()
    with PyPISimple(index, auth=auth) as client:
        remote = Remote(file, f"the package index {index}", "")
        page = attempt(remote.failed, attempts, lambda: _project_page(client, name, file))
        package = _listed(page, name, version, file)
        same_checksum(file, "the index lists", package.digests.get("sha256", sha256), sha256)
        download_file(
            replace(remote, address=package.url),
            archive,
            # Against the pinned checksum, not the index's own.
            lambda path: same_fingerprint(file, path, sha256),
            session=client.s,
            attempts=attempts,
            progress=progress,
        )


def listed_bytes(name: str, version: str, file: str) -> int | None:
    """Bytes of `file` as the index or its server states them; None if neither does.

    Raises SourceError if the index does not have the file or cannot be reached.
    """
    index, auth = _index()
    with PyPISimple(index, auth=auth) as client:

        def ask() -> int | None:
            package = _listed(_project_page(client, name, file), name, version, file)
            if package.size is not None:
                return package.size
            timeout = CONNECT_AND_READ_SECONDS
            head = client.s.head(package.url, allow_redirects=True, timeout=timeout)
            return stated_bytes(head)

        return attempt(f"The size of {file} could not be looked up on {index}", 1, ask)


def _project_page(client: PyPISimple, name: str, file: str) -> ProjectPage:
    try:
        return client.get_project_page(name, timeout=CONNECT_AND_READ_SECONDS)
    except NoSuchProjectError:
        raise SourceError(
            f"{file} was not found: the package index {client.endpoint} has no project {name}."
        ) from None
    except requests.RequestException:
        raise
    except Exception:  # the parsers of HTML and JSON raise many kinds
        raise SourceError(
            f"{file} could not be fetched: {client.endpoint} does not answer as a package index does."
        ) from None


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


def _index() -> tuple[str, "_SameHost | None"]:
    """The address of the package index that pip would use, and the login in that address."""
    try:
        parts = urlsplit(os.environ.get("PIP_INDEX_URL") or _configured_index())
    except ValueError:  # which may quote a login
        raise SourceError(
            "The address of the package index that pip uses is not a valid address."
        ) from None
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
    """The index address in pip's configuration files; empty without one, or without pip."""
    # `pip config get` ignores the file that PIP_CONFIG_FILE names; `pip config list` reads it.
    command = [sys.executable, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    address = re.search(r"^global\.index-url='(.*)'$", answer.stdout, re.M)
    return address.group(1) if address else ""


class _SameHost(HTTPBasicAuth):
    """A login that is sent to the index's own host only, not to the hosts that it links to."""

    def __init__(self, index: str, user: str, password: str) -> None:
        super().__init__(user, password)
        self.host = urlsplit(index).netloc

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if urlsplit(request.url or "").netloc == self.host:
            return super().__call__(request)
        return request
