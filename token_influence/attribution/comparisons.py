"""Means over passages with standard errors, and all pairs of methods compared on equal passages."""

from itertools import combinations

import numpy as np
import pandas as pd

from token_influence.seeds import stream

DRAWS = 10_000


def summary(values: pd.DataFrame) -> pd.DataFrame:
    """The mean of each method over passages: `method`, `value`, `standard_error` and `n`.

    values: a table [passage × method]; passages where a method has no value (NaN) do not count for it.
    The standard error is that of a mean of independent passages, NaN for a single one.
    """
    return pd.DataFrame(
        {
            "method": values.columns,
            "value": values.mean().to_numpy(),
            "standard_error": values.sem().to_numpy(),
            "n": values.count().to_numpy(),
        }
    )


def pairs(values: pd.DataFrame, *, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Every pair of methods, compared by a paired bootstrap over passages.

    values: a table [passage × method]; passages without a value for every method are left out.
    seed, draws: of the resamples, which all pairs share.

    One row per pair: `method`, `other`, `difference` (mean of method − other), `standard_error` and the
    95 % interval `low`, `high` of the resampled differences, `p` (two-sided: twice the smaller share of
    resamples on one side of 0, the sample itself counted; Davison and Hinkley 1997), `n` passages and
    `p_holm` (for all pairs together, after Holm 1979). Fewer than two passages give NaN.
    """
    complete = values.dropna()
    n, columns = len(complete), list(complete.columns)
    means = _resampled_means(complete.to_numpy(), seed, draws)
    rows = []
    for a, b in combinations(range(len(columns)), 2):
        apart = complete[columns[a]] - complete[columns[b]]
        resampled = means[:, a] - means[:, b]
        low, high = np.quantile(resampled, (0.025, 0.975)) if n > 1 else (np.nan, np.nan)
        rows.append(
            {
                "method": columns[a],
                "other": columns[b],
                "difference": apart.mean(),
                "standard_error": resampled.std(ddof=1) if n > 1 else np.nan,
                "low": low,
                "high": high,
                "p": _two_sided(resampled) if n > 1 else np.nan,
                "n": n,
            }
        )
    frame = pd.DataFrame(rows, columns=["method", "other", *_NUMBERS, "n"])
    return frame.assign(p_holm=holm(frame["p"].to_numpy(float)))


_NUMBERS = ("difference", "standard_error", "low", "high", "p")


def _resampled_means(values: np.ndarray, seed: int, draws: int) -> np.ndarray:
    """Means [draws, methods] of resampled rows of `values` [passages, methods]."""
    n = len(values)
    if not n:
        return np.full((draws, values.shape[1]), np.nan)
    counts = stream(seed, "bootstrap over passages").multinomial(n, np.full(n, 1 / n), size=draws)
    return counts @ values / n


def _two_sided(resampled: np.ndarray) -> float:
    below, above = (resampled <= 0).sum(), (resampled >= 0).sum()
    return min(1.0, 2 * (min(below, above) + 1) / (len(resampled) + 1))


def holm(p: np.ndarray) -> np.ndarray:
    """The p-values corrected for their number, so that the chance of any false one is bounded."""
    order = np.argsort(p)
    scaled = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1)
    return corrected
