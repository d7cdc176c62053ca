"""Hooks of MkDocs (mkdocs.yml): add the pages that are made from the code, and check what was built."""

from collections.abc import Iterator
from pathlib import Path

import site_reference as reference
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from token_influence.cli import parser
from token_influence.config import Study

ROOT = Path(__file__).parents[1]


def on_config(config: MkDocsConfig) -> None:
    """List the library's rooms where the nav names their folder."""
    rooms = [f"{LIBRARY}/{name}.md" for name in reference.library(ROOT / "token_influence")]
    for tab in config.nav or []:
        for entries in tab.values():
            for entry in entries if isinstance(entries, list) else []:
                entry |= {name: rooms for name, page in entry.items() if page == f"{LIBRARY}/"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    for path, text in made_pages():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Leave out links to files of the repository, which the site does not hold."""
    return reference.within_the_site(markdown)


def on_post_build(config: MkDocsConfig) -> None:
    """Refuse a site that would load anything from another server."""
    site = Path(config.site_dir)
    for file in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        if found := reference.loaded_from_elsewhere(file.read_text(encoding="utf-8")):
            raise PluginError(f"{file.relative_to(site)} would load {found[0]}")


LIBRARY = "reference/library"


def made_pages() -> Iterator[tuple[str, str]]:
    """Paths and texts of the pages that are made."""
    yield "reference/configuration.md", reference.configuration(Study.model_json_schema())
    yield "reference/command-line.md", reference.command_line(parser())
    for name, text in reference.library(ROOT / "token_influence").items():
        yield f"{LIBRARY}/{name}.md", text
    for name, page in reference.PAGES.items():
        yield page, reference.of_the_repository((ROOT / name).read_text(encoding="utf-8"))
    for file in sorted((ROOT / "docs/notebooks").glob("*.ipynb")):
        yield f"notebooks/{file.stem}.md", reference.notebook(file.read_text(encoding="utf-8"))
