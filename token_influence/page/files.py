"""The templates' texts, for commands; a rule reads the same files, as a parameter (rules/common.smk)."""

from importlib.resources import files


def templates() -> dict[str, str]:
    """The text of every template, by file name."""
    folder = files("token_influence.page") / "templates"
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
