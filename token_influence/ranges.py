"""Labels of ranges of distances, such as '1..100' or 'full': their grammar, and what they stand for.

The configuration checks such labels, the fits use them, the command line takes one and the tables
print them. The fits must not import the configuration, so the grammar stands on the ground floor,
from where each of these may import it.
"""

import re

from token_influence.errors import DecayError

FULL = "full"
"""The label of all distances from 1 to the largest that every prediction has."""

RANGE_PATTERN = rf"{FULL}|(0|[1-9][0-9]{{0,6}})\.\.(0|[1-9][0-9]{{0,6}})"
"""Regular expression of every label."""

RANGES_IN_WORDS = f"'{FULL}' or 'LOWEST..HIGHEST', such as '1..100'"
"""The labels that are allowed, for messages."""


def range_label(lowest: int, highest: int) -> str:
    """The label of the distances from `lowest` to `highest`, such as '1..100'."""
    return f"{lowest}..{highest}"


def parse_range(label: str) -> tuple[int, int] | None:
    """Lowest and highest distance of a label, both included; None for 'full'.

    Raises DecayError for text that is no label.

    >>> parse_range("1..100"), parse_range("full")
    ((1, 100), None)
    """
    if not re.fullmatch(RANGE_PATTERN, label):
        raise DecayError(f"range {label!r} is not allowed; a range is {RANGES_IN_WORDS}")
    if label == FULL:
        return None
    lowest, highest = label.split("..")
    return int(lowest), int(highest)


def span(label: str, last: int) -> tuple[int, int]:
    """Lowest and highest distance of a label, where `last` is the largest that every prediction has.

    Raises DecayError for a range that is reversed, empty or not within 0..last.

    >>> span("1..100", 252), span("full", 252)
    ((1, 100), (1, 252))
    """
    limits = parse_range(label)
    if limits is None:
        return 1, last
    lowest, highest = limits
    if not lowest < highest <= last:
        raise DecayError(
            f"range {label} does not lie within {range_label(0, last)}, the distances that every "
            "prediction has"
        )
    return lowest, highest
