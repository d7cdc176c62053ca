"""Where the results of a study may lie: in a folder of their own."""

from collections.abc import Mapping
from pathlib import Path

from token_influence.config.schema import Study
from token_influence.errors import ConfigError
from token_influence.untrusted import reading

# Top-level folders of the workflow, and those that all studies share (Snakefile, rules/).
RESERVED = {
    *("benchmarks", "docs", "envs", "profiles", "report", "rules", "scripts", "studies", "tests"),
    *("token_influence", "tools", "resources", "logs"),
}
# What a study writes into its folder, and the folder for further studies below it.
STUDIES = "studies"
RESULTS = (
    *("windows", "influence", "predictions", "profiles", "decay", "tables", "figures"),
    *("metrics.json", "run.json", STUDIES),
)
ALLOWED = f"allowed is a folder of its own, such as 'results/{STUDIES}/NAME'"


def check_reserved(results: str) -> None:
    """Raise ConfigError if a study would write among code, inputs, or what all studies share."""
    if results.partition("/")[0].lower() in RESERVED:
        raise ConfigError(f"results: found {results!r}, a folder of the workflow; {ALLOWED}")


def check_results(study: Study, others: Mapping[str, str], root: Path) -> None:
    """Raise ConfigError unless the study's results have a folder of their own below `root`.

    `others` are the result folders of other studies, by the file that names them. Symbolic links
    count as the place that they lead to.
    """
    with reading(f"The folder of the results, {study.results},", ConfigError):
        folder = (root / study.results).resolve()
        found = f"results: found {study.results!r}"
        _check_link(folder, root.resolve(), found)
        for file, other in others.items():
            if _share(folder, (root / other).resolve()):
                raise ConfigError(f"{found}, but the study {file} has {other!r}; {ALLOWED}")
        for name, source in study.sources.items():
            if source.local and _nested(folder, (root / source.local).resolve()):
                raise ConfigError(f"{found}, but the source {name} is {source.local!r}; {ALLOWED}")
        _check_content(folder, found)


def _check_link(folder: Path, root: Path, found: str) -> None:
    """Raise ConfigError if the folder, where it really is, holds the workflow or is a part of it."""
    if root.is_relative_to(folder):
        raise ConfigError(f"{found}, which leads to {folder}, where the workflow lies; {ALLOWED}")
    if folder.is_relative_to(root):
        top = folder.relative_to(root).parts[0]
        if top.lower() in RESERVED or top.startswith("."):
            raise ConfigError(f"{found}, which leads to {folder}, of the workflow; {ALLOWED}")


def _check_content(folder: Path, found: str) -> None:
    """Raise ConfigError if the folder is none, or holds things, but no results."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        raise ConfigError(f"{found}, where {there} is a file; {ALLOWED}")
    if there != folder or not any(folder.iterdir()):
        return
    if not any((folder / name).exists() for name in RESULTS):
        raise ConfigError(f"{found}, which holds other things than results; {ALLOWED}")


def _nested(one: Path, other: Path) -> bool:
    """Whether one of two places is the other, or lies in it."""
    return one.is_relative_to(other) or other.is_relative_to(one)


def _share(one: Path, other: Path) -> bool:
    """Whether two studies with these folders would write into one; see STUDIES."""
    inner, outer = sorted((one, other), key=lambda place: len(place.parts), reverse=True)
    return _nested(one, other) and inner.relative_to(outer).parts[:-1][:1] != (STUDIES,)
