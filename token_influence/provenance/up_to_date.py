"""The check whether results are what the configuration, the code and their inputs give now."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from token_influence.errors import OutputError
from token_influence.provenance.changes import difference
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.untrusted import reading

MOST_REPORTED = 5


class UpToDateCheck:
    """Compares results with the records beside them, and reports the first MOST_REPORTED differences.

    fingerprints: the checksums of files. chain_of: the chain of a missing file now (`chains`).
    report: is called with one sentence for each difference.
    """

    def __init__(
        self,
        fingerprints: Fingerprints,
        chain_of: Callable[[str], str],
        report: Callable[[str], None],
    ) -> None:
        self._fingerprints = fingerprints
        self._chain_of = chain_of
        self._report = report
        self._checked: list[str] = []
        self._folders: set[Path] = set()  # that are no other things
        self._outdated = 0

    def outdated(self, path: str, params: Mapping[str, Any], inputs: Iterable[str]) -> bool:
        """Whether the result at `path` must be made again with these parameters and inputs.

        Raises OutputError if something else is in its place, or a file cannot be read.
        """
        with reading(f"The place of the result {path}", OutputError):
            self._check_place(Path(path))
        self._checked.append(path)
        reason = difference(path, params, inputs, self._fingerprints, self._chain_of)
        if reason is None:
            return False
        self._outdated += 1
        if self._outdated <= MOST_REPORTED:
            self._report(f"Made again: {path} {reason}.")
        elif self._outdated == MOST_REPORTED + 1:
            self._report("Made again: further results, see the jobs.")
        return True

    def _check_place(self, path: Path) -> None:
        """Raise OutputError unless a result can lie at `path`, whether one does or not."""
        for folder in reversed(path.parents):
            if folder not in self._folders:
                if not folder.is_dir() and os.path.lexists(folder):
                    kind = _kind(folder)
                    raise OutputError(
                        f"{folder} is {kind}, but a folder belongs there: move it away."
                    )
                self._folders.add(folder)
        if not path.is_file() and os.path.lexists(path):
            raise OutputError(f"{path} is {_kind(path)}, but a result belongs there: move it away.")

    def save(self) -> None:
        """Save the checksums of inputs and checked results; the next check reads only what changed."""
        for path in filter(os.path.isfile, self._checked):
            self._fingerprints.sha256(path)
        self._fingerprints.save()


def _kind(path: Path) -> str:
    """What lies at `path`, in words."""
    if path.is_dir():
        return "a folder"
    if path.is_file():
        return "a file"
    return "neither a file nor a folder" if path.exists() else "a link that leads to no file"
