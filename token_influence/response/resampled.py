"""Numbers of several predictions at once, with intervals over windows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from token_influence.decay.effects import METHOD
from token_influence.decay.intervals import Interval, interval
from token_influence.decay.resampling import draw_counts, weighted_medians
from token_influence.decay.settings import Bootstrap

FEWEST = 6
"""Windows, below which there is no interval: the range of 5 holds their median in 94 % of cases only."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Values of predictions, float64 [N, D], whose windows are resampled within their seeds.

    clusters: int [N], the window of each row, as a column of `counts` int [B, windows]; strata: number
    of seeds. Intervals have Student's width, since windows are few.
    """

    values: np.ndarray
    clusters: np.ndarray
    counts: np.ndarray
    strata: int
    bootstrap: Bootstrap

    @property
    def units(self) -> int:
        """The number of windows."""
        return self.counts.shape[1]

    @property
    def medians(self) -> np.ndarray:
        """Medians [D] over the rows, without NaN."""
        return np.nanmedian(self.values, axis=0)

    @property
    def resampled_medians(self) -> np.ndarray:
        """Medians [B, D] of the resamples."""
        return weighted_medians(self.values, self.clusters, self.counts)

    @property
    def resampled_sums(self) -> np.ndarray:
        """Sums [B, D] of the resamples, of the values that are not NaN."""
        sums = np.zeros((self.units, self.values.shape[1]))
        np.add.at(sums, self.clusters, np.nan_to_num(self.values))
        return self.counts @ sums

    def interval(self, value: float, resampled: np.ndarray) -> Interval:
        """The interval of a number from its values [B] in the resamples; none with too few windows."""
        if self.units < FEWEST:
            return Interval(value if np.isfinite(value) else None)
        return interval(value, resampled, self.bootstrap, self.units, self.strata)

    def median_intervals(self) -> list[Interval]:
        """The median of each column, with its interval."""
        pairs = zip(self.medians, self.resampled_medians.T, strict=True)
        return [self.interval(float(value), resampled) for value, resampled in pairs]


def by_windows(
    frame: pd.DataFrame, rows: Sequence[str], column: str, value: str, bootstrap: Bootstrap
) -> Windows:
    """The column `value` of a long table, pivoted: a row for each of `rows`, a column for each `column`.

    rows: keys that begin with `seed` and `window`. What is missing is NaN.
    """
    wide = frame.pivot(index=list(rows), columns=column, values=value)
    names = [(int(seed), int(window)) for seed, window, *_ in wide.index]
    windows = sorted(set(names))
    seeds = [seed for seed, _ in windows]
    chosen = replace(bootstrap, cluster="window", method=METHOD)
    own = sorted(set(seeds))
    return Windows(
        values=wide.to_numpy(np.float64),
        clusters=np.array([windows.index(name) for name in names]),
        counts=draw_counts([seeds.count(seed) for seed in own], own, chosen),
        strata=len(own),
        bootstrap=chosen,
    )


def table_of_groups(
    frame: pd.DataFrame,
    keys: Sequence[str],
    rows_of: Callable[[pd.DataFrame], Sequence[dict[str, object]]],
) -> pd.DataFrame:
    """The rows that `rows_of` gives for each group of `keys`, in the order of the table."""
    rows = []
    for names, group in frame.groupby(list(keys), sort=False):
        head = dict(zip(keys, names, strict=True))
        rows += [head | row for row in rows_of(group)]
    return pd.DataFrame(rows)


def columns(name: str, found: Interval) -> dict[str, float | None]:
    """An interval as the columns `name`, `name_low` and `name_high`."""
    return {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
