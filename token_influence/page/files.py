"""The templates' texts, for commands; a rule reads the same files, as a parameter (rules/common.smk)."""

from importlib.resources import files


def templates() -> dict[str, str]:
    """The text of every template of prompt pages, by file name."""
    return texts_in("templates")


def study_templates() -> dict[str, str]:
    """The text of every template of a study's page, by file name: also those of all pages."""
    return templates() | texts_in("study_templates")


def texts_in(folder: str) -> dict[str, str]:
    """The text of every file of a folder of this package, by file name."""
    found = (files("token_influence.page") / folder).iterdir()
    return {file.name: file.read_text(encoding="utf-8") for file in found}
