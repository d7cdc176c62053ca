"""Web addresses in messages and manifests."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit, urlunsplit


def shown(address: str) -> str:
    """An address without a login and without a query, which may be a signature."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def file_name(mirrors: Sequence[str]) -> str:
    """The name of the file that `mirrors` hold: the end of the first one's path."""
    return unquote(urlsplit(mirrors[0]).path).rpartition("/")[2]
