"""The section `figures` of the configuration: how figures are drawn."""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.section import Section, meanings


class Figures(Section):
    """How figures are drawn."""

    size: Annotated[
        Literal["one_column", "two_columns", "slides"],
        Field(description="What figures are made for; it changes no number."),
        meanings(
            one_column="One column of a printed page, 3.5 inches wide.",
            two_columns="Both columns of a printed page, 7 inches wide, or a screen.",
            slides="A slide of 13.3 by 7.5 inches.",
        ),
    ] = "two_columns"
