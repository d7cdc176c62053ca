"""What a disk refuses, in one sentence: that it is full, above all."""

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
    """Within: `what` is written below `folder`; what the disk refuses is raised as `kind`."""
    try:
        yield
    except OSError as fault:
        if fault.errno is None:  # a library's own error, about what is read meanwhile
            raise
        why = FULL.get(fault.errno, fault.strerror or "").format(folder=folder.absolute())
        raise kind(f"{what} can't be written: {why}.") from fault
