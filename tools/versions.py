"""The connection of Snakemake and DVC: `make record` and `make register` (docs/versioning.md).

Snakemake knows which results are up to date, DVC knows the recorded versions. `record` makes a version
of results that Snakemake has finished, and writes the numbers that pages quote into docs/data/; of a
study of `studies/` it only does the latter. `register` has Snakemake take files from DVC as finished.
"""

import argparse
import csv
import hashlib
import io
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from token_influence.config import load_study, read_config, study_files
from token_influence.errors import ConfigError
from token_influence.files import read_json, write_json
from token_influence.provenance.records import record_path
from token_influence.tables.quoted import quoted_numbers

FOLDER = ".dir"  # the end of a folder's checksum
ASIDE = Path("results/set_aside")  # for files that no job of the study makes
RUN_FILE = Path("results/report/run.js")  # which the page shows, and no version holds (.dvcignore)
DATA = Path("docs/data")  # the numbers that pages quote, in git
RAN = ("commit", "finished", "processor")  # of the run record, what stands beside them
INPUTS = Path("resources")  # shared by all studies; only its small files are recorded (.dvcignore)


class Refused(Exception):
    """The requested version would be wrong; the message says what to do."""


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the same environment; Refused, with the command's output, if it fails."""
    command = [sys.executable, "-m", tool, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = (done.stderr + done.stdout).strip()
        raise Refused(f"{words}\n`{tool} {' '.join(arguments)}` failed, see above.")
    return done


# --- what a version holds -------------------------------------------------------------------


def copy_of(md5: str) -> Path:
    """The file in DVC's cache for the content with this checksum."""
    return cache_folder() / "files" / "md5" / md5[:2] / md5[2:]


@cache
def cache_folder() -> Path:
    return Path(run("dvc", "cache", "dir").stdout.strip())


def outputs() -> Iterator[tuple[Path, str]]:
    """Path and checksum of each output of the recorded version; for a folder, of its list of files."""
    for output in yaml.safe_load(Path("dvc.lock").read_text())["stages"]["study"]["outs"]:
        yield Path(output["path"]), output["md5"]


def entries(md5: str) -> Iterator[tuple[str, str]]:
    """Relative path and checksum of each file in the folder whose list of files has this checksum."""
    for entry in json.loads(copy_of(md5).read_text()):
        yield entry["relpath"], entry["md5"]


def holds(path: Path, md5: str) -> bool:
    """Whether the file exists with this content. DVC does not check files that it wrote before."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest() == md5.removesuffix(FOLDER)


def damaged_copies() -> Iterator[Path]:
    """The files of the recorded version that are missing or damaged in DVC's cache."""
    for _, md5 in outputs():
        if not md5.endswith(FOLDER):
            continue  # the metrics, which git keeps
        if not holds(copy_of(md5), md5):
            yield copy_of(md5)
            continue
        yield from (copy_of(file) for _, file in entries(md5) if not holds(copy_of(file), file))


def recorded_files() -> dict[Path, str]:
    """Path and checksum of each file of the recorded version."""
    files: dict[Path, str] = {}
    for path, md5 in outputs():
        if not md5.endswith(FOLDER):
            files[path] = md5
        elif holds(copy_of(md5), md5):
            files |= {path / name: file for name, file in entries(md5)}
        else:
            copy_of(md5).unlink(missing_ok=True)
            raise Refused(
                f"DVC's cache lost the content of {path}: run `dvc pull` to get it again."
            )
    return files


# --- record ---------------------------------------------------------------------------------


def record() -> None:
    """Make a version of the finished study."""
    if not Path(".git").exists():
        print("Not a git clone: nothing to record.")
        return
    untracked = sorted(local_sources() - tracked_inputs())
    if untracked:
        raise Refused(
            f"Sources are read from {', '.join(untracked)}: add this to `deps` in dvc.yaml, so that "
            "`dvc status` sees when it changes."
        )
    jobs = Jobs.of_the_study()
    if jobs.pending:
        raise Refused(
            f"{planned()}\n\nResults are not up to date: Snakemake still has the jobs "
            "above to do. Nothing was recorded; run `make reproduce`."
        )
    moved, folder = set_aside(jobs.outputs)
    if moved:
        print(f"{moved} files that the study no longer makes were moved to {folder}.")
    make_empty_folders()
    for _ in range(3):
        run("dvc", "commit", "--force", "--quiet", "study")
        damaged = list(damaged_copies())
        if not damaged:
            break
        print(f"Replacing {len(damaged)} damaged or missing files in DVC's cache.")
        for copy in damaged:
            copy.unlink(missing_ok=True)
    else:
        raise Refused(f"DVC's cache in {cache_folder()} does not keep the files written to it.")
    quote("default", Path("results"))
    print("Recorded in dvc.lock and results/metrics.json: commit both with git.")


def make_empty_folders() -> None:
    """Make the results folders that the study has no files for, such as those of `faithfulness: null`.

    DVC refuses to commit while one of the outputs in dvc.yaml is missing.
    """
    stage = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]["study"]
    for path in (Path(next(iter(output))) for output in stage["outs"]):
        if path.parent == Path("results") and not path.name.startswith("."):
            path.mkdir(exist_ok=True)


def record_study(name: str, config: list[str]) -> None:
    """Write the numbers that pages quote of a finished study of `studies/`.

    config: the entries of Snakemake's `--config` with which it was run.
    """
    file = Path("studies", f"{name}.yaml")
    if not file.is_file():
        there = ", ".join(sorted(path.stem for path in file.parent.glob("*.yaml")))
        raise Refused(f"There is no study {name!r}; allowed: {there or 'none is there'}.")
    options = ["--configfile", str(file), *(["--config", *config] if config else [])]
    if Jobs.of_the_study(*options).pending:
        raise Refused(
            f"{planned(*options)}\n\nThe results of {name} are missing or not up to date: Snakemake "
            "has the jobs above to do. Nothing was recorded; run "
            f"`snakemake --cores all {shlex.join(options)}`."
        )
    quote(name, Path(read_config(file).get("results", "results")))


def quote(name: str, results: Path) -> None:
    """Write docs/data/NAME.json from the tables, unless it holds these numbers already.

    So it names the run that first gave them, and a reproduction of the same numbers changes nothing.
    """
    file, ran = DATA / f"{name}.json", results / "run.json"
    headline = read_json(results / "metrics.json")["headline"]
    paths = (results / "tables").glob("*.csv")
    numbers = quoted_numbers({path.stem: pd.read_csv(path) for path in paths}, headline)
    if file.is_file() and read_json(file).items() >= numbers.items():
        return
    run_record = read_json(ran) if ran.is_file() else {}
    run_of_numbers = {key: run_record.get(key) for key in RAN}
    write_json({"study": name, "run": run_of_numbers, **numbers}, file)
    print(f"The numbers that pages quote are in {file}; `make pages` puts them into the pages.")


@dataclass(frozen=True)
class Jobs:
    """The jobs of the study: all their `outputs`, and whether some of them have to run (`pending`)."""

    outputs: set[Path]
    pending: bool

    @staticmethod
    def of_the_study(*options: str) -> "Jobs":
        summary = run("snakemake", "--summary", *options).stdout
        rows = list(csv.DictReader(io.StringIO(summary), delimiter="\t"))
        pending = any(row["plan"] != "no update" for row in rows)
        return Jobs({Path(row["output_file"]) for row in rows}, pending)


def planned(*options: str) -> str:
    """Snakemake's table of the jobs that it would run."""
    plan = run("snakemake", "--dry-run", *options).stdout
    return plan.partition("Job stats:")[2].partition("\n\n")[0].strip() or plan


def set_aside(outputs: set[Path]) -> tuple[int, Path]:
    """Move the files of a version that no job makes; return their number and their new folder.

    Each call has a folder of its own below `ASIDE`, so that no file set aside before is replaced.
    """
    kept = outputs | {record_path(path) for path in outputs}
    unmade = [path for path in held_files() if path not in kept and not shared(path)]
    numbers = [int(folder.name) for folder in ASIDE.glob("*") if folder.name.isdecimal()]
    folder = ASIDE / str(max(numbers, default=0) + 1)
    for path in unmade:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    return len(unmade), folder


def held_files() -> Iterator[Path]:
    """The files that a version recorded now would contain."""
    for out in yaml.safe_load(Path("dvc.yaml").read_text())["stages"]["study"]["outs"]:
        (path,) = out
        for file in Path(path).rglob("*"):
            cache = file.is_relative_to(INPUTS) and not file.match("corpora/*")
            name = file.name.removeprefix(".").removesuffix(".record")
            left_out = cache and name not in ("manifest.json", "training.json")
            if file.is_file() and file != RUN_FILE and not left_out:
                yield file


def shared(path: Path) -> bool:
    """Whether the file is an input that another study of this clone may need."""
    if not path.is_relative_to(INPUTS):
        return False
    name = path.relative_to(INPUTS).parts[1].removeprefix(".").partition(".parquet")[0]
    return name.partition("@")[0] in inputs_of_studies()


@cache
def inputs_of_studies() -> set[str]:
    """The names of all sources, corpora and models that config.yaml or a study of `studies/` has.

    Raises ConfigError if one of the files cannot be read, because its inputs are not known.
    """
    names: set[str] = set()
    for file in [Path("config.yaml"), *study_files(Path())]:
        study = read_config(file)
        for section in ("sources", "corpora", "models"):
            entries = study.get(section)
            if isinstance(entries, dict):
                names |= entries.keys()
    return names


def local_sources() -> set[str]:
    """The paths of the default study's local sources."""
    study = load_study(read_config(Path("config.yaml")))
    return {source.local for source in study.sources.values() if source.local is not None}


def tracked_inputs() -> set[str]:
    """The local sources that are a dependency of DVC's stage, or inside one."""
    deps = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]["study"]["deps"]
    return {path for path in local_sources() if any(Path(path).is_relative_to(dep) for dep in deps)}


# --- register -------------------------------------------------------------------------------


def register() -> None:
    """Have Snakemake take the files of the recorded version as finished; their content is checked."""
    if json.loads(run("dvc", "status", "--json").stdout):
        raise Refused(
            f"{run('dvc', 'status').stdout.strip()}\n\nThe files here are not the recorded version, so "
            "nothing was registered: run `dvc pull` for that version, or `make reproduce` for a new one."
        )
    files = recorded_files()
    damaged = {path: md5 for path, md5 in files.items() if not holds(path, md5)}
    if damaged:
        for path, md5 in damaged.items():
            path.unlink(missing_ok=True)
            copy_of(md5).unlink(missing_ok=True)
        raise Refused(
            f"Damaged, and therefore removed: {', '.join(map(str, damaged))}. "
            "Run `dvc pull` to get them again, or `make reproduce` to make them again."
        )
    run("snakemake", "--cores", "1", "--touch", "--forceall")
    if Jobs.of_the_study().pending:
        raise Refused(
            f"{planned()}\n\nThe recorded version was made with another config, code or "
            "libraries than those here: the jobs above have to run; run `make reproduce`."
        )
    print(f"Registered {len(files)} files: Snakemake has nothing to do.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    recorder = commands.add_parser("record")
    recorder.add_argument("study", nargs="?", help="a study of studies/ (default: config.yaml)")
    recorder.add_argument("--config", nargs="+", default=[], help="as it was given to Snakemake")
    commands.add_parser("register")
    arguments = parser.parse_args()
    try:
        if arguments.command == "register":
            register()
        elif arguments.study:
            record_study(arguments.study, arguments.config)
        else:
            record()
    except (Refused, ConfigError) as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
