"""A source's folder, which is replaced as a whole once everything in it is verified.

A fetch works in a hidden folder beside the source's own, which it renames at the end. A fetch that was
killed, or that the network broke off, leaves there what has arrived, and the next fetch goes on with it.
After any other failure nothing is left.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from token_influence.disk import writing
from token_influence.errors import InterruptedFetchError, SourceError


@contextmanager
def fresh_folder(folder: Path, what: str) -> Iterator[tuple[Path, Path]]:
    """Yield two folders: one for downloads, and one that becomes `folder` at the end of the block.

    `what` is how the message of a disk's refusal, a SourceError, calls the source.
    """
    scratch = folder.with_name(f".{folder.name}.tmp")
    parts, files = scratch / "parts", scratch / "files"
    try:
        with writing(what, folder.parent, SourceError):
            for name in ("files", "former"):  # left by a killed run
                shutil.rmtree(scratch / name, ignore_errors=True)
            files.mkdir(parents=True)
            parts.mkdir(exist_ok=True)
            yield parts, files
            if folder.exists():
                folder.rename(scratch / "former")
            files.rename(folder)
    except (InterruptedFetchError, KeyboardInterrupt):
        shutil.rmtree(files, ignore_errors=True)
        if not any(part.stat().st_size for part in parts.glob("*")):
            shutil.rmtree(scratch)
        raise
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(scratch)
