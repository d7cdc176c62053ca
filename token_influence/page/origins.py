"""What determined a study's results: its sources with their checksums, and code and libraries."""

from collections.abc import Mapping
from typing import Any

from token_influence.page.parts import Table


def sources_table(sources: Mapping[str, Mapping[str, Any]]) -> Table:
    """Every source: where it comes from, its checksum or revision, its licence.

    sources: the section of the configuration.
    """
    rows = [[key, *_place(source), source["licence"]] for key, source in sources.items()]
    columns = ["source", "from", "SHA-256 or revision", "licence"]
    return Table("Models and texts, and where they come from", columns, rows)


def _place(source: Mapping[str, Any]) -> tuple[str, str]:
    """Where a source comes from, and its SHA-256 or revision."""
    if package := source.get("package"):
        about = f"{package['name']} {package['version']}: {package['file']}"
        return about, package["sha256"]
    if join := source.get("join"):
        return f"{join['file']}, in {len(join['parts'])} packages", join["sha256"]
    if hub := source.get("hub"):
        return f"{hub['repo']} (Hugging Face hub)", hub.get("revision", "")
    if url := source.get("url"):
        return url["mirrors"][0], url["sha256"]
    return source["local"], "own file"


def code_table(provenance: Mapping[str, Mapping[str, Any]]) -> Table:
    """The code of each stage, by its hash, and the versions of the libraries that it used.

    provenance: by stage, as its result files carry it.
    """
    rows = [
        [
            stage,
            about["code"],
            ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        ]
        for stage, about in provenance.items()
    ]
    return Table(
        "Code and libraries of each stage", ["stage", "hash of the code", "libraries"], rows
    )
