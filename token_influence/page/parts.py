"""The parts that sections of a study's page are made of: tables, figures, links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from token_influence.tables.text import NONE

Column = tuple[str, Callable[[Mapping[str, Any]], str]]
"""A column's heading, and the text of its cell in a row."""


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; `file` is the CSV file of the study that holds all of it."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    file: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture: its file beside the page, what it is in a few words, and its caption."""

    source: str
    alternative: str
    caption: Markup


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own."""

    anchor: str
    title: str
    words: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    links: Sequence[tuple[str, str]] = ()


def table(caption: str, frame: pd.DataFrame, columns: Sequence[Column], file: str = "") -> Table:
    """The rows of a table of the study, with the cells that the columns give.

    The column of the model is left out where there is one alone, which the page names at its top.
    """
    if "model" in frame and frame["model"].nunique() == 1:
        columns = [column for column in columns if column[0] != "model"]
    records: list[Any] = frame.to_dict("records")
    rows = [[cell(row) for _, cell in columns] for row in records]
    return Table(caption, [heading for heading, _ in columns], rows, file)


def text(name: str, words: Callable[[str], str] = str) -> Callable[[Mapping[str, Any]], str]:
    """A cell that shows the column `name` as it stands, or in other words; empty for no value."""
    return lambda row: "" if pd.isna(row[name]) else words(str(row[name]))


def number(name: str, decimals: int) -> Callable[[Mapping[str, Any]], str]:
    """A cell with the number in the column `name`, and with its interval where there is one."""

    def cell(row: Mapping[str, Any]) -> str:
        if pd.isna(row.get(name)):
            return NONE
        ends = [row.get(f"{name}{end}") for end in ("_low", "_high")]
        if any(pd.isna(end) for end in ends):
            return f"{row[name]:z,.{decimals}f}"
        low, high = (f"{end:z,.{decimals}f}" for end in ends)
        return f"{row[name]:z,.{decimals}f} [{low}, {high}]"

    return cell


def with_error(name: str, error: str, decimals: int) -> Callable[[Mapping[str, Any]], str]:
    """A cell with a number ± its standard error."""

    def cell(row: Mapping[str, Any]) -> str:
        if pd.isna(row.get(name)):
            return NONE
        after = "" if pd.isna(row.get(error)) else f" ± {row[error]:.{decimals}f}"
        return f"{row[name]:z.{decimals}f}{after}"

    return cell
