"""One file that holds the recorded version: `make archive`, `make restore ARCHIVE=FILE`.

The file can be deposited in a repository of data, and read without this project: it holds the results
under their own paths, `dvc.lock`, the manifests of all sources, SHA-256 checksums, and metadata in the
terms of DataCite 4. Corpora are in it where their licences allow passing them on (docs/versioning.md).
"""

import argparse
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from versions import FOLDER, INPUTS, Refused, copy_of, holds, outputs, recorded_files, register, run

from token_influence.config import load_study, read_config, text_of
from token_influence.errors import TokenInfluenceError
from token_influence.files import atomic, sha256

TARGET = Path("dist")
LISTS = Path("lists")  # in the archive: DVC's lists of the files of folders, by their checksums
SUMS, METADATA = "SHA256SUMS", "datacite.json"
FREE = re.compile(r"(public domain|cc0|cc by(-sa)?)\b(?!-)", re.IGNORECASE)


# --- pack -----------------------------------------------------------------------------------


def pack() -> Path:
    """Write the recorded version into one file, whose bytes depend on the version alone."""
    commit, year = recorded_commit()
    name = f"token-influence-results-{commit[:12]}"
    held, licences = {}, corpus_licences()
    for path, md5 in recorded_files().items():
        copy = path if holds(path, md5) else copy_of(md5)
        if not holds(copy, md5):
            raise Refused(
                f"The recorded {path} is neither here nor in DVC's cache: run `dvc pull`."
            )
        if allowed(path, licences):
            held[path] = copy
    held |= {LISTS / md5: copy_of(md5) for _, md5 in outputs() if md5.endswith(FOLDER)}
    held |= {Path(file): Path(file) for file in ("dvc.lock", "config.yaml", "requirements.lock")}
    shared = {licences[path] for path in held if path in licences}
    sums = "".join(f"{sha256(copy)}  {path}\n" for path, copy in sorted(held.items()))
    written = {SUMS: sums, METADATA: json.dumps(metadata(commit, year, shared), indent=2)}
    target = TARGET / f"{name}.tar.gz"
    with (
        atomic(target) as temporary,
        temporary.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for path, text in written.items():
            add(archive, f"{name}/{path}", text.encode())
        for path, copy in sorted(held.items()):
            add(archive, f"{name}/{path}", copy.read_bytes())
    return target


def recorded_commit() -> tuple[str, int]:
    """The commit that holds this dvc.lock, and its year; Refused if it is not committed."""
    told = git("log", "-1", "--format=%H %cs", "--", "dvc.lock").split()
    if not told or git("status", "--porcelain", "dvc.lock", "results/metrics.json"):
        raise Refused(
            "The recorded version is not committed: commit dvc.lock and results/metrics.json."
        )
    return told[0], int(told[1][:4])


def git(*arguments: str) -> str:
    """What git says; Refused if this is no git clone."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"`git {' '.join(arguments)}` failed: {done.stderr.strip()}")
    return done.stdout.strip()


def corpus_licences() -> dict[Path, str]:
    """The licences of each corpus that a version of the default study may hold, in words."""
    study = load_study(read_config(Path("config.yaml")))
    return {
        INPUTS / "corpora" / f"{text_of(study, name)}.parquet": "; ".join(
            dict.fromkeys(study.sources[source].licence for source in corpus.sources)
        )
        for name, corpus in study.corpora.items()
    }


def allowed(path: Path, licences: Mapping[Path, str]) -> bool:
    """Whether a file may be passed on: all but corpora with a text whose licence forbids it."""
    licence = licences.get(path)
    return licence is None or all(FREE.match(each) for each in licence.split("; "))


def metadata(commit: str, year: int, licences: set[str]) -> dict[str, Any]:
    """The archive in the terms of DataCite 4; the repository adds `publisher` and `identifiers`."""
    cited = yaml.safe_load(Path("CITATION.cff").read_text())
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Results of a study"},
        "creators": [{"name": author["name"]} for author in cited["authors"]],
        "titles": [{"title": f"Results of the default study of {cited['title']}"}],
        "publicationYear": year,
        "version": commit,
        "subjects": [{"subject": word} for word in cited["keywords"]],
        "rightsList": [{"rights": rights} for rights in [cited["license"], *sorted(licences)]],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": reference["identifiers"][0]["value"],
                "relatedIdentifierType": "arXiv",
                "relationType": "References",
            }
            for reference in cited["references"]
        ],
        "formats": ["application/gzip"],
    }


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file without date and owner."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    archive.addfile(member, io.BytesIO(content))


# --- restore --------------------------------------------------------------------------------


def restore(archive: Path) -> None:
    """Bring back the version in an archive, for the commit that recorded it."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=".") as folder:
        root = unpacked(archive, Path(folder))
        check_sums(root, archive)
        if (root / "dvc.lock").read_bytes() != Path("dvc.lock").read_bytes():
            raise Refused(
                f"{archive} holds another version than dvc.lock names: check out the commit that its "
                "name ends with."
            )
        for _, md5 in outputs():
            if md5.endswith(FOLDER):
                keep(root / LISTS / md5, md5)
        left_out = {
            path for path, md5 in recorded_files().items() if not kept(root / path, path, md5)
        }
    for path, _ in outputs():
        if not any(missing.is_relative_to(path) for missing in left_out):
            run("dvc", "checkout", str(path))
    if left_out:
        names = ", ".join(sorted(map(str, left_out)))
        print(f"Not in the archive: {names}. `make reproduce` makes them, and nothing else again.")
    else:
        register()


def unpacked(archive: Path, folder: Path) -> Path:
    """The one folder of an archive, unpacked; Refused if it is no such archive or not safe."""
    try:
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Refused(f"{archive} is no archive of results: {error}.") from None
    roots = list(folder.iterdir())
    if len(roots) != 1 or not (roots[0] / SUMS).is_file():
        raise Refused(f"{archive} is no archive of results: it has no {SUMS}.")
    return roots[0]


def check_sums(root: Path, archive: Path) -> None:
    """Raise Refused unless every file has the checksum that the archive states."""
    for line in (root / SUMS).read_text().splitlines():
        known, _, path = line.partition("  ")
        if not (root / path).is_file() or sha256(root / path) != known:
            raise Refused(f"{archive} is damaged: {path} differs from its checksum.")


def kept(file: Path, path: Path, md5: str) -> bool:
    """Whether a file of the version is here now: in git, or in DVC's cache."""
    if holds(path, md5):
        return True
    if file.is_file():
        keep(file, md5)
    return holds(copy_of(md5), md5)


def keep(file: Path, md5: str) -> None:
    """Put a file into DVC's cache; Refused if it is not the one with this checksum."""
    if not holds(file, md5):
        raise Refused(f"{file.name} in the archive is not the file that dvc.lock names.")
    copy = copy_of(md5)
    if not holds(copy, md5):
        copy.parent.mkdir(parents=True, exist_ok=True)
        partial = copy.with_name(f".{copy.name}.tmp")
        shutil.copyfile(file, partial)
        partial.replace(copy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("pack")
    commands.add_parser("restore").add_argument("archive", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "pack":
            target = pack()
            print(f"The recorded version is in {target} ({target.stat().st_size / 1e6:.1f} MB).")
        else:
            restore(arguments.archive)
    except (Refused, TokenInfluenceError) as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
