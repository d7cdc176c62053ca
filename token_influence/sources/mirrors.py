"""One file that several web addresses hold: the mirrors are tried in order."""

from collections.abc import Sequence
from pathlib import Path

import requests

from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources.addresses import file_name, shown
from token_influence.sources.checksums import same_fingerprint
from token_influence.sources.downloads import Remote, download_file
from token_influence.sources.retries import ATTEMPTS, say


def download_from_mirrors(
    mirrors: Sequence[str],
    sha256: str,
    path: Path,
    *,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> None:
    """Fetch the file with that `sha256` to `path`, going on after the part that `path` holds.

    Raises SourceError, which says what was wrong with each mirror; InterruptedFetchError if one of
    them may answer later. No message shows a login or query of an address.
    """
    name = file_name(mirrors)
    faults: list[SourceError] = []
    with requests.Session() as session:
        for mirror in mirrors:
            try:
                return download_file(
                    Remote(name, shown(mirror), mirror),
                    path,
                    lambda file: same_fingerprint(name, file, sha256),
                    session=session,
                    attempts=attempts,
                    progress=progress,
                )
            except SourceError as fault:
                faults.append(fault)
                if mirror != mirrors[-1]:
                    say(f"{fault} Trying the next mirror")
    kind = next((type(f) for f in faults if isinstance(f, InterruptedFetchError)), SourceError)
    reasons = "; ".join(str(fault).rstrip(".") for fault in faults)
    raise kind(f"{reasons}.") from None
