"""A series as two-digit numbers, and as the text that a model reads (arXiv 2601.16407)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from token_influence.errors import AttributionError

LOWEST, SPAN = 15, 70
"""The smallest value becomes 15, the largest 85."""


def two_digits(values: ArrayLike, name: str) -> np.ndarray:
    """⌊100 · (0.15 + 0.7 (x − min)/(max − min))⌋ of each value x, int64 [n] from 15 to 85.

    What follows the second digit is cut off, not rounded. `name` is that of the series in errors. Raises
    AttributionError for values that are all the same or not finite.

    >>> two_digits([0.0, 0.5, 1.0], "ramp").tolist()
    [15, 50, 85]
    """
    array = np.asarray(values, dtype=float)
    if not len(array) or not np.isfinite(array).all():
        raise AttributionError(f"The series {name} is empty or holds a value that is not finite.")
    low, high = array.min(), array.max()
    if low == high:
        raise AttributionError(
            f"All {len(array)} values of the series {name} are {low:g}; at least two different ones are "
            "needed, since it is scaled between its smallest and its largest value."
        )
    return np.floor(LOWEST + SPAN * ((array - low) / (high - low))).astype(int)


def text_of(numbers: Iterable[int]) -> str:
    """The numbers as a model reads them, a comma after each and no blanks.

    >>> text_of([15, 7])
    '15,07,'
    """
    return "".join(f"{number:02d}," for number in numbers)
