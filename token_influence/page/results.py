"""What a study's page is made of, and the columns that several of its tables have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.page.captions import caption
from token_influence.page.figure_kinds import kind_of
from token_influence.page.parts import Figure, text

ARM = [
    *(("weights", text("weights")), ("corpus", text("corpus")), ("order", text("order"))),
]
MODEL = ("model", text("model"))


def words(name: str) -> str:
    """A name of the study's files in words.

    >>> words("power_law_no_offset")
    'power law no offset'
    """
    return name.replace("_", " ")


OBJECTIVE = ("objective", text("objective", words))


@dataclass(frozen=True)
class Results:
    """What a study's page is made of.

    tables: by name; figures: the file beside the page of each figure, by its path below the folder of
    figures; captions: the templates of the captions, by kind of figure; study: the configuration with
    every default filled in; scopes: the page of each (model, prompt), relative to this one; provenance:
    code and library versions by stage.
    """

    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, str]
    captions: Mapping[str, str]
    study: Mapping[str, Any]
    scopes: Mapping[tuple[str, str], str]
    provenance: Mapping[str, Mapping[str, Any]]

    def of(self, *kinds: str) -> list[Figure]:
        """The figures of these kinds, with their captions."""
        return [
            self._figure(name) for kind in kinds for name in self.figures if kind_of(name) == kind
        ]

    def _figure(self, name: str) -> Figure:
        kind, *about = name.split("/")
        arms = self.tables["predictions"]
        shown = arms[arms["model"].isin(about[:1]) & arms["corpus"].isin(about)]
        return Figure(
            self.figures[name],
            " · ".join([words(kind), *about]),
            caption(self.captions[kind_of(name)], name, self.study, shown["order"].unique()),
        )
