"""Reading files from elsewhere: whatever a library raises becomes one sentence.

Parsers of untrusted files raise any kind of error: their own, those of the language, even a panic of
compiled code. The user gets one sentence that names the file; the traceback stays chained to it, for
the log.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from token_influence.errors import TokenInfluenceError

# Faults of the disk or the machine, not of the file.
NOT_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}
LONGEST_REASON = 200  # characters of a library's own words


@contextmanager
def reading(what: str, kind: type[TokenInfluenceError]) -> Iterator[None]:
    """Within: a file from elsewhere is read; any failure is raised as `kind`.

    `what` begins the message, such as "The GGUF file model.gguf". Errors of the project and faults of
    the disk (`NOT_THE_FILE`) pass unchanged.
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
    """A fault as the end of a sentence: its first line, or its kind if it has no message."""
    if isinstance(fault, MemoryError):
        return "it needs more memory than there is"
    if isinstance(fault, RecursionError):
        return "it is nested too deeply"
    words = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
    first = words.strip().partition("\n")[0].rstrip(".:; ")
    if not first or isinstance(fault, KeyError):
        first = f"{type(fault).__name__} {first}".strip()
    return first if len(first) <= LONGEST_REASON else first[:LONGEST_REASON] + " …"
