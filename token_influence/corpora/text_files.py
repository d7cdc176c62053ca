"""Text files as normalised Unicode; a file that is not text is refused in one sentence."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from token_influence.errors import CorpusError
from token_influence.untrusted import reading

CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f]")  # such as the end-of-file mark of DOS


def files_below(roots: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The `roots` that are files, and the files with one of `suffixes` below those that are folders.

    They are sorted within each root. Raises CorpusError for a root that does not exist or has no such
    file, and for a file whose name is not UTF-8.
    """
    files: list[Path] = []
    for root in roots:
        _check_name(root)
        if root.is_file():
            files.append(root)
            continue
        named = sorted(file for file in root.rglob("*") if file.name.endswith(suffixes))
        below = [file for file in named if not file.is_dir()]
        if not below:
            what = " or ".join(f"*{suffix}" for suffix in suffixes)
            raise CorpusError(f"There is no {what} file at {root}.")
        files.extend(below)
    for file in files:
        _check_name(file)
        if not file.is_file():  # reading a pipe would wait forever
            raise CorpusError(f"The text file {file} does not exist, or is no plain file.")
    return files


def _check_name(path: Path) -> None:
    """The name goes into records, which are UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        name = str(path).encode("utf-8", "backslashreplace").decode()
        raise CorpusError(f"The name of the text file {name} is not UTF-8: rename it.") from error


def read_text(path: Path) -> str:
    """The text of a UTF-8 file in normal form C: no byte order mark, lines ended by `\\n`.

    Raises CorpusError if the file is unreadable, empty, binary or not UTF-8.
    """
    with reading(f"The text file {path}", CorpusError):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise CorpusError(
                f"The text file {path} is not UTF-8 (byte {error.start} cannot be read)."
            ) from error
    if "\0" in text:
        raise CorpusError(f"The text file {path} is binary: it holds null characters.")
    if not text.strip():
        raise CorpusError(f"The text file {path} is empty.")
    lines = re.sub(r"\r\n?|\f", "\n", text)
    return unicodedata.normalize("NFC", CONTROL.sub("", lines))
