"""Places on the disk: the folder of a study's results, and the files of its local sources."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from token_influence.config.loading import read_config
from token_influence.config.origins import used_sources
from token_influence.config.schema import Study
from token_influence.errors import ConfigError
from token_influence.provenance.fingerprints import files_below
from token_influence.untrusted import reading

# Top-level folders of the workflow, and those that all studies share (Snakefile, rules/).
RESERVED = {
    *(
        "benchmarks",
        "config",
        "docs",
        "envs",
        "profiles",
        "report",
        "rules",
        "scripts",
        "studies",
        "tests",
    ),
    *("token_influence", "tools", "resources", "logs"),
}
# What a study writes into its folder, and the folder in it that may hold further studies.
STUDIES = "studies"
RESULTS = (
    *("windows", "influence", "precision", "predictions", "profiles", "decay", "sensitivity"),
    *("attribution", "faithfulness", "series", "scopes", "response", "tables", "figures"),
    *("parts", "report", "metrics.json", "run.json", STUDIES),
)
ALLOWED = f"allowed is a folder of its own, such as 'results/{STUDIES}/NAME'"


def results_of_other_studies(root: Path, own: Path) -> dict[str, str]:
    """The result folders of all studies below `root` but the one of the file `own`, by their file.

    A file elsewhere than in studies/ is no further study: it changes the study of config.yaml. A
    file that cannot be read is left out; it is refused when that study is planned.
    """
    root, own = root.resolve(), own.resolve()
    files = study_files(root)
    if own in files:
        files.append(root / "config.yaml")
    folders = {}
    for file in files:
        if file == own or not file.exists():
            continue
        try:
            content = read_config(file)
        except ConfigError:
            continue
        folder = content.get("results", "results" if file.parent == root else None)
        if isinstance(folder, str):
            folders[str(file.relative_to(root))] = folder
    return folders


def study_files(root: Path) -> list[Path]:
    """The files of studies/ below `root` that Snakemake takes as a configuration, in a fixed order."""
    files = (root / STUDIES).glob("*")
    return sorted(file for file in files if file.suffix.lower() in (".yaml", ".yml", ".json"))


def check_reserved(results: str) -> None:
    """Raise ConfigError if the results would be written among code, inputs or shared files."""
    if results.partition("/")[0].lower() in RESERVED:
        raise ConfigError(f"results: found {results!r}, a folder of the workflow; {ALLOWED}")


def check_results(study: Study, others: Mapping[str, str], root: Path) -> None:
    """Raise ConfigError unless the study's results have a folder of their own below `root`.

    `others` are the result folders of other studies, by the file that names them. Symbolic links
    are followed.
    """
    with reading(f"The folder of the results, {study.results},", ConfigError):
        folder = (root / study.results).resolve()
        found = f"results: found {study.results!r}"
        _check_link(folder, root.resolve(), found)
        for file, other in others.items():
            if _collide(folder, (root / other).resolve()):
                raise ConfigError(f"{found}, but the study {file} has {other!r}; {ALLOWED}")
        for name, source in study.sources.items():
            if source.local and _nested(folder, (root / source.local).resolve()):
                raise ConfigError(f"{found}, but the source {name} is {source.local!r}; {ALLOWED}")
        _check_content(folder, found)


def check_local_sources(study: Study, raw: Mapping[str, Any], root: Path) -> None:
    """Raise ConfigError unless each local source that the study uses holds a file.

    `raw` is the configuration as it was read, which may give a source as `local` in a model or a
    corpus. Relative paths start at `root`.
    """
    for name, used in used_sources(study).items():
        path = used.source.local
        if path is None:
            continue
        with reading(f"{_local_key(name, raw)}: {path!r}", ConfigError):
            files = files_below(root / path)
        if not files:
            raise ConfigError(
                f"{_local_key(name, raw)}: found {path!r}, where there is no file; allowed is the "
                "path of a file, or of a folder that holds files"
            )


def _local_key(source: str, raw: Mapping[str, Any]) -> str:
    """The YAML path of the key that holds the path of a local source."""
    for section in ("corpora", "models"):
        if "local" in raw[section].get(source, {}):
            return f"{section}.{source}.local"
    return f"sources.{source}.local"


def _check_link(folder: Path, root: Path, found: str) -> None:
    """Raise ConfigError if the folder, with links followed, contains the workflow or is in it."""
    if root.is_relative_to(folder):
        raise ConfigError(f"{found}, which leads to {folder}, where the workflow lies; {ALLOWED}")
    if folder.is_relative_to(root):
        top = folder.relative_to(root).parts[0]
        if top.lower() in RESERVED or top.startswith("."):
            raise ConfigError(f"{found}, which leads to {folder}, of the workflow; {ALLOWED}")


def _check_content(folder: Path, found: str) -> None:
    """Raise ConfigError if a file is in the way, or the folder holds things but no results."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir():
        raise ConfigError(f"{found}, where {existing} is a file; {ALLOWED}")
    if existing != folder or not any(folder.iterdir()):
        return
    if not any((folder / name).exists() for name in RESULTS):
        raise ConfigError(f"{found}, which holds other things than results; {ALLOWED}")


def _nested(one: Path, other: Path) -> bool:
    """Whether two places are the same, or one is inside the other."""
    return one.is_relative_to(other) or other.is_relative_to(one)


def _collide(one: Path, other: Path) -> bool:
    """Whether two studies with these result folders would write into the same place.

    A folder inside the other's `studies` folder is allowed.
    """
    inner, outer = sorted((one, other), key=lambda place: len(place.parts), reverse=True)
    return _nested(one, other) and inner.relative_to(outer).parts[:-1][:1] != (STUDIES,)
