"""Numbers and columns as text for a terminal."""

from collections.abc import Sequence
from math import isnan

NONE = "—"
"""Stands where there is no number."""


def digits(value: float | None, decimals: int) -> str:
    """A number with this many decimals; `NONE` where there is no number, or NaN."""
    return NONE if value is None or isnan(value) else f"{value:z.{decimals}f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line of text per row, with columns of equal width, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
