"""A disk's refusal in one sentence: above all, that it is full."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from token_influence.errors import TokenInfluenceError

FULL = {
    errno.ENOSPC: "the disk of {folder} is full",
    errno.EDQUOT: "the quota on the disk of {folder} is used up",
    errno.EFBIG: "the disk of {folder} takes no file of this size",
}


@contextmanager
def writing(what: str, folder: Path, kind: type[TokenInfluenceError]) -> Iterator[None]:
    """Within: `what` is written below `folder`; a refusal of the disk is raised as `kind`."""
    try:
        yield
    except OSError as fault:
        if fault.errno is None:  # a library's own error, about something that it read
            raise
        why = FULL.get(fault.errno, fault.strerror or "").format(folder=folder.absolute())
        raise kind(f"{what} can't be written: {why}.") from fault
