"""Text files as normalised Unicode, with one sentence for what is not text."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from token_influence.errors import CorpusError

CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f]")  # such as the end-of-file mark of DOS


def files_below(roots: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The files that `roots` are, or that lie below them with one of `suffixes`, sorted per root.

    Raises CorpusError for a root that is not there or has no such file.
    """
    files: list[Path] = []
    for root in roots:
        if root.is_file():
            files.append(root)
            continue
        below = sorted(file for file in root.rglob("*") if file.name.endswith(suffixes))
        if not below:
            what = " or ".join(f"*{suffix}" for suffix in suffixes)
            raise CorpusError(f"There is no {what} file at {root}.")
        files.extend(below)
    return files


def read_text(path: Path) -> str:
    """The text of a UTF-8 file in normal form C: no byte order mark, lines ended by `\\n`.

    Raises CorpusError if the file is unreadable, empty, binary or not UTF-8.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"The text file {path} is not UTF-8 (byte {error.start} cannot be read)."
        ) from error
    except OSError as error:
        raise CorpusError(f"The text file {path} cannot be read: {error.strerror}.") from error
    if "\0" in text:
        raise CorpusError(f"The text file {path} is binary: it holds null characters.")
    if not text.strip():
        raise CorpusError(f"The text file {path} is empty.")
    lines = re.sub(r"\r\n?|\f", "\n", text)
    return unicodedata.normalize("NFC", CONTROL.sub("", lines))
