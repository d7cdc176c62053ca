"""The table of the number series: each measure's mean over series, with its interval."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

KEYS = ["model", "system", "method", "measure"]
LEVEL = 0.95
COMPARED = ("aopc", "similarity", "following")
"""Measures in which each method is compared with `REFERENCE` on the same series."""
REFERENCE = "temperature"
FEWEST = 4  # series with which a rank correlation has an interval


def series_table(measures: pd.DataFrame) -> pd.DataFrame:
    """One row per model, system, method and measure: `value`, `low`, `high`, `n`.

    measures: `model`, `system`, `series`, `method` (empty for those of the forecast), `measure` and
    `value`; values that are not defined are left out. Value and interval are the mean over series and
    Student's 95 % interval. Added to the measures of the series: `MEASURE_against_temperature` (that of
    the method minus that of temperature, on each series), and `variance_against_norm` (Spearman's
    correlation over series of the variance with 1/‖y‖; Fisher's interval).
    """
    rows: list[tuple[object, ...]] = []
    for system, own in measures.groupby(["model", "system"], sort=False):
        everything = pd.concat([own, _differences(own)], ignore_index=True)
        defined = everything.dropna(subset="value")
        for names, values in defined.groupby(["method", "measure"], sort=False)["value"]:
            rows.append((*system, *names, *_mean(values.to_numpy())))
        if (found := _variance_against_norm(own)) is not None:
            rows.append((*system, "", "variance_against_norm", *found))
    return pd.DataFrame(rows, columns=[*KEYS, "value", "low", "high", "n"])


def _mean(values: np.ndarray) -> tuple[float, float, float, int]:
    """Mean, the ends of its interval (NaN for a single value), and the number of values."""
    n, mean = len(values), float(values.mean())
    if n < 2:
        return mean, np.nan, np.nan, n
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2) * values.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half, n


def _differences(measures: pd.DataFrame) -> pd.DataFrame:
    """Each compared measure of the other methods minus that of the reference, on the same series."""
    compared = measures[measures["measure"].isin(COMPARED)]
    on = ["series", "measure"]
    own = compared[compared["method"] == REFERENCE].set_index(on)["value"].rename("reference")
    others = compared[compared["method"] != REFERENCE].join(own, on=on, how="inner")
    return others.assign(
        value=others["value"] - others["reference"],
        measure=others["measure"] + f"_against_{REFERENCE}",
    ).drop(columns="reference")


def _variance_against_norm(measures: pd.DataFrame) -> tuple[float, float, float, int] | None:
    """Value, interval and n of the correlation; None for too few series or without differences."""
    ranks = measures.pivot_table("value", "series", "measure")[["variance", "norm"]].rank()
    if len(ranks) < FEWEST or (ranks.nunique() < 2).any():
        return None
    # 1/‖y‖ falls where ‖y‖ rises.
    rho = -float(np.corrcoef(ranks["variance"], ranks["norm"])[0, 1])
    return rho, *_around(rho, len(ranks)), len(ranks)


def _around(rho: float, n: int) -> tuple[float, float]:
    """Fisher's interval of a rank correlation, with the variance of Bonett and Wright (2000)."""
    if abs(rho) == 1:
        return rho, rho
    half = float(stdtrit(np.inf, (1 + LEVEL) / 2)) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    return float(low), float(high)
