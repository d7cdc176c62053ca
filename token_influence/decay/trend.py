"""Whether profiles fall or rise with distance, asked before any family of decays is believed."""

import numpy as np
import pandas as pd


def rank_correlations(values: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation [N] of each row of `values` [N, n] with distance.

    −1 falls, 1 rises, 0 is a constant. Only the order of the values counts, no family (Spearman,
    1904).
    """
    ranks = pd.DataFrame(values).rank(axis=1).to_numpy()
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    distance = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    scale = np.sqrt((ranks**2).sum(axis=1) * (distance**2).sum())
    return np.where(scale > 0, ranks @ distance / np.where(scale > 0, scale, 1), 0.0)


def trend(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean rank correlation over the predictions of `values` [N, n], and its resamples [B].

    clusters: int [N], the columns of `counts` [B, clusters]. The mean of the predictions' own
    correlations is linear in the predictions; that of the median profile would be nearer to 0 in
    every resample than in the data, because a resampled median is noisier.
    """
    each = rank_correlations(values)
    number = counts.shape[1]
    sums = np.bincount(clusters, weights=each, minlength=number)
    sizes = np.bincount(clusters, minlength=number)
    return float(each.mean()), counts @ sums / (counts @ sizes)


def direction(low: float | None, high: float | None) -> str:
    """ "falls", "rises", or "flat" when the interval of the trend includes 0."""
    if high is not None and high < 0:
        return "falls"
    if low is not None and low > 0:
        return "rises"
    return "flat"
