"""The gate through which files from elsewhere are read: whatever a library raises becomes one sentence.

Parsers of untrusted files raise anything: their own errors, those of the language, even a panic of
compiled code. A person who runs the study gets one sentence that names the file; the traceback stays
chained to it, for the log.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from token_influence.errors import TokenInfluenceError

# The disk's or the machine's fault, not the file's.
NOT_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}
LONGEST_REASON = 200  # characters of a library's own words


@contextmanager
def reading(what: str, kind: type[TokenInfluenceError]) -> Iterator[None]:
    """Within: a file of unknown quality is read; any failure is raised as `kind`.

    `what` begins the sentence, such as "The GGUF file model.gguf". Errors of the project pass as they
    are, and so do faults of the disk (`NOT_THE_FILE`).
    """
    try:
        yield
    except (TokenInfluenceError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except OSError as fault:
        if fault.errno in NOT_THE_FILE:
            raise
        raise kind(f"{what} cannot be read: {reason(fault)}.") from fault
    except BaseException as fault:  # a panic of compiled code is no Exception
        raise kind(f"{what} cannot be read: {reason(fault)}.") from fault


def reason(fault: BaseException) -> str:
    """A fault as the end of a sentence: its first line, or its kind where it says nothing."""
    if isinstance(fault, MemoryError):
        return "it needs more memory than there is"
    if isinstance(fault, RecursionError):
        return "it is nested too deeply"
    words = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
    first = words.strip().partition("\n")[0].rstrip(".:; ")
    if not first or isinstance(fault, KeyError):
        first = f"{type(fault).__name__} {first}".strip()
    return first if len(first) <= LONGEST_REASON else first[:LONGEST_REASON] + " …"
