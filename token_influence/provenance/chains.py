"""The chains of results that config and code give now, whether the files exist or not.

A file that was an input may be missing later. So a record holds its chain: one checksum of the
parameters of its job and, through the chains of its inputs, of all jobs before. The chain that config
and code give now is computed here by the same recursion over jobs, without the files.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.records import chain, digests

# The parameters and the inputs of the job that makes a file.
Job = tuple[Mapping[str, Any], Iterable[str]]


class Chains:
    """The chain of each file, each computed once.

    job_of: the job that makes the file at a path; None if no job does. Such a file counts by its
    content (`fingerprints`).
    """

    def __init__(self, job_of: Callable[[str], Job | None], fingerprints: Fingerprints) -> None:
        self._job_of = job_of
        self._fingerprints = fingerprints
        self._known: dict[str, str] = {}

    def chain(self, path: str) -> str:
        """The chain of the file at `path`, from its job's parameters and, in turn, those before it."""
        if path not in self._known:
            job = self._job_of(path)
            if job is not None:
                params, inputs = job
                earlier = {item: self.chain(item) for item in inputs}
                self._known[path] = chain(digests(params), earlier)
            else:
                exists = Path(path).is_file()
                self._known[path] = self._fingerprints.sha256(path) if exists else ""
        return self._known[path]
