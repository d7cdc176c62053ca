"""Does a score follow what is similar to the recent past, or the recent past itself?"""

import numpy as np
import pandas as pd

from token_influence.errors import AttributionError

FEWEST = 4  # numbers with which a partial correlation says anything


def similarity(numbers: np.ndarray, dimension: int) -> np.ndarray:
    """How similar the series was at each number to the series at its end, [n]; 0 is equal, else below.

    Minus the Euclidean distance of the delay vectors (x_{k−m+1} … x_k) of m = `dimension` successive
    numbers (Takens 1981); NaN for the first m − 1 numbers, which have none.
    """
    vectors = np.lib.stride_tricks.sliding_window_view(np.asarray(numbers, float), dimension)
    distances = np.linalg.norm(vectors - vectors[-1], axis=1)
    return np.append(np.full(dimension - 1, np.nan), -distances)


def comparable(length: int, dimension: int, name: str) -> slice:
    """The numbers that are compared: each has a delay vector, and so does the number before it.

    No vector shares a number with that of the end, since those are similar because they are near
    (Theiler 1986). Raises AttributionError where too few numbers are left.
    """
    needed = 2 * dimension + FEWEST
    if length < needed:
        raise AttributionError(
            f"The series {name} has {length} numbers before the one to be predicted; with delay vectors "
            f"of {dimension} numbers, at least {needed} are needed."
        )
    return slice(dimension, length - dimension)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation, ties having their mean rank; NaN where all values are equal."""
    ranks = pd.DataFrame({"a": a, "b": b}).rank()
    if (ranks.nunique() < 2).any():
        return float("nan")
    return float(np.corrcoef(ranks["a"], ranks["b"])[0, 1])


def partial_rank_correlation(a: np.ndarray, b: np.ndarray, given: np.ndarray) -> float:
    """Spearman's rank correlation of a and b [n] without what both share with `given`.

    NaN where it is not defined: one of them is constant, or the order of a or b is that of `given`.
    """
    ab, ag, bg = (rank_correlation(*pair) for pair in ((a, b), (a, given), (b, given)))
    left = (1 - ag**2) * (1 - bg**2)
    return (ab - ag * bg) / np.sqrt(left) if left > 1e-12 else float("nan")
