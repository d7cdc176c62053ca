"""How wide a forecast is, and how its width goes with the norm of the final hidden state y.

Proposition 1 of arXiv 2601.16407: for a near-Gaussian distribution over numbers, the variance goes as
1/‖y‖. Where logits are Wy, the norm of y is an inverse temperature.
"""

import numpy as np
from scipy.special import ndtr

VARIANTS = (1.0, 0.9, 1.1)
"""The factors of y at which a forecast is computed: as it is, a little wider, a little sharper."""


def mean_and_variance(probabilities: np.ndarray) -> tuple[float, float]:
    """Mean and variance of the numbers 0 to 99 with these probabilities [100], scaled to a sum of 1."""
    shares = probabilities / probabilities.sum()
    values = np.arange(len(shares))
    mean = float(shares @ values)
    return mean, float(shares @ (values - mean) ** 2)


def distance_to_gaussian(probabilities: np.ndarray) -> float:
    """The total variation distance, in [0, 1], to the Gaussian of the same mean and variance.

    Each number stands for its interval of width 1; both are scaled to a sum of 1. NaN without variance.
    """
    mean, variance = mean_and_variance(probabilities)
    if variance == 0:
        return float("nan")
    limits = (np.arange(len(probabilities) + 1) - 0.5 - mean) / np.sqrt(variance)
    gaussian = np.diff(ndtr(limits))
    shares = probabilities / probabilities.sum()
    return float(np.abs(shares - gaussian / gaussian.sum()).sum() / 2)


def variance_slope(probabilities: np.ndarray) -> float:
    """d ln variance / d ln ‖y‖ where y keeps its direction; −1 by the proposition.

    probabilities: [100, 3], for the factors `VARIANTS`. NaN without variance.
    """
    _, wide, sharp = (mean_and_variance(column)[1] for column in probabilities.T)
    if min(wide, sharp) == 0:
        return float("nan")
    return float(np.log(sharp / wide) / np.log(VARIANTS[2] / VARIANTS[1]))
