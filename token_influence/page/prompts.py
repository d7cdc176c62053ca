"""The page of one explained prompt."""

from collections.abc import Mapping
from typing import Any

from token_influence.figures.faithfulness import in_words
from token_influence.page.render import render

SCRIPTS = ("scope.js",)


def prompt_page(templates: Mapping[str, str], record: Mapping[str, Any]) -> str:
    """The page of a record of `scopes.explanation.explain`, with its `title` and `model`."""
    return render(
        templates,
        "prompt.html",
        scripts=SCRIPTS,
        title=record["title"],
        model=record["model"],
        record=record,
        words=method_words(record["methods"]),
    )


def method_words(labels: list[str]) -> dict[str, str]:
    """Each method's label in words."""
    return {label: in_words(label).replace("\n", ", ") for label in labels}
