"""How many bytes a source's download has, asked of its server without downloading it."""

from collections.abc import Mapping
from typing import Any

import requests

from token_influence.errors import SourceError
from token_influence.sources.downloads import stated_bytes
from token_influence.sources.hub import look_up
from token_influence.sources.hub_files import Repo, wanted_files
from token_influence.sources.package_index import listed_bytes
from token_influence.sources.retries import CONNECT_AND_READ_SECONDS

Source = Mapping[str, Any]


def download_bytes(source: Source) -> int | None:
    """Bytes to download for a configured source; None if no server can be asked, or none states it."""
    try:
        if "local" in source:
            return 0
        if "hub" in source:
            repo = Repo(**source["hub"])
            return sum(file.bytes for file in wanted_files(repo, look_up(repo, attempts=1)[1]))
        if "url" in source:
            return _by_mirror(source["url"]["mirrors"][0])
        if not source.keys() & {"join", "package"}:
            return None
        packages = source["join"]["parts"] if "join" in source else [source["package"]]
        sizes = [listed_bytes(p["name"], p["version"], p["file"]) for p in packages]
    except SourceError:
        return None
    return None if None in sizes else sum(size for size in sizes if size)


def _by_mirror(address: str) -> int | None:
    try:
        head = requests.head(address, allow_redirects=True, timeout=CONNECT_AND_READ_SECONDS)
        return stated_bytes(head)
    except requests.RequestException:
        return None
