"""The check whether results are what the configuration, the code and their inputs give now."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from token_influence.errors import OutputError
from token_influence.provenance.changes import difference
from token_influence.provenance.fingerprints import Fingerprints

MOST_REPORTED = 5


class UpToDateCheck:
    """Compares results with the records beside them, and reports the first MOST_REPORTED differences.

    fingerprints: the checksums of files. report: is called with one sentence for each difference.
    """

    def __init__(self, fingerprints: Fingerprints, report: Callable[[str], None]) -> None:
        self._fingerprints = fingerprints
        self._report = report
        self._checked: list[str] = []
        self._outdated = 0

    def outdated(self, path: str, params: Mapping[str, Any], inputs: Iterable[str]) -> bool:
        """Whether the result at `path` must be made again with these parameters and inputs.

        Raises OutputError if a folder is in its place.
        """
        if Path(path).is_dir():
            raise OutputError(f"{path} is a folder, but a result belongs there: move it away.")
        self._checked.append(path)
        reason = difference(path, params, inputs, self._fingerprints)
        if reason is None:
            return False
        self._outdated += 1
        if self._outdated <= MOST_REPORTED:
            self._report(f"Made again: {path} {reason}.")
        elif self._outdated == MOST_REPORTED + 1:
            self._report("Made again: further results, see the jobs.")
        return True

    def save(self) -> None:
        """Save the checksums of inputs and checked results; the next check reads only what changed."""
        for path in filter(os.path.isfile, self._checked):
            self._fingerprints.sha256(path)
        self._fingerprints.save()
