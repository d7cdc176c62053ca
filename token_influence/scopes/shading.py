"""How dark a token is shaded for its score; the same on pages, in figures and in the terminal."""

import numpy as np

DECADES = 3
"""Scores this many powers of ten below the largest are not shaded on the logarithmic scale."""

SCALES = ("linear", "logarithmic")


def shades(scores: np.ndarray, scale: str) -> np.ndarray:
    """The shade [S] of each score [S], from 0 to 1, which the largest absolute score has.

    scale: `linear`, or `logarithmic` over three powers of ten.

    >>> shades(np.array([1.0, -0.1, 0.0]), "linear").tolist()
    [1.0, 0.1, 0.0]
    >>> shades(np.array([1.0, 0.1, 0.0]), "logarithmic").round(3).tolist()
    [1.0, 0.667, 0.0]
    """
    size = np.abs(scores.astype(np.float64))
    largest = size.max(initial=0.0)
    if largest == 0:
        return size
    share = size / largest
    if scale == "linear":
        return share
    with np.errstate(divide="ignore"):
        return np.clip(1 + np.log10(share) / DECADES, 0, 1)
