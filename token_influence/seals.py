"""Seals: what a job wrote, remembered, so that a result altered by hand is noticed and made again.

Snakemake asks whether inputs changed, never whether an output is still what its job wrote. Each job
therefore seals its outputs, and the mark of an output enters the parameters of the rule that makes
it: the mark changes when the file no longer matches its seal.
"""

import hashlib
import json
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(".snakemake/seals")


def seal(path: str | Path, mark: str | None) -> None:
    """Remember the content of the file at `path`, made by a job that ran under `mark`."""
    status = Path(path).stat()
    record = {
        "sha256": _sha256(path),
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "mark": mark,
    }
    _write(path, record)


def mark(path: str | Path) -> str | None:
    """The mark that the file's last job ran under; another one if the file was altered since.

    A file without a seal, such as one that was pulled from elsewhere, is taken as it is (None).
    """
    path, record = Path(path), _seal_of(path)
    if not record.exists():
        return None
    sealed = json.loads(record.read_text())
    if not path.exists():
        # Deleted, which Snakemake sees by itself, or removed for the job that makes it again:
        # that job must find the mark under which it was planned.
        return sealed.get("altered", sealed["mark"])
    status = path.stat()
    same_status = (status.st_size, status.st_mtime_ns) == (sealed["size"], sealed["mtime_ns"])
    # A touched file is not an altered one: where the date differs, the content decides.
    if same_status or (found := _sha256(path)) == sealed["sha256"]:
        return sealed["mark"]
    _write(path, sealed | {"altered": found})
    return found


def _write(path: str | Path, record: dict[str, object]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    _seal_of(path).write_text(json.dumps(record))


def _seal_of(path: str | Path) -> Path:
    return FOLDER / quote(str(path), safe="")


def _sha256(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
