"""The table of the sanity check: which methods notice that a model's weights are random."""

import pandas as pd

COMPARED = ["model", "data", "method", "layers"]
UNNOTICED = 0.5
"""A method with a larger mean rank correlation is said not to notice."""


def sanity_table(correlations: pd.DataFrame) -> pd.DataFrame:
    """One row for each model, data set, method and number of randomised layers (`all`: all weights).

    correlations: the columns of `COMPARED`, `passage` and `rank_correlation`.

    `rank_correlation` is the mean over the `n` passages that have one, with its `standard_error` (NaN
    for a single passage). `notices`: whether the mean is at most `UNNOTICED`. Scores that all fall off
    with distance are alike for this reason alone, so a method stands beside `distance`.
    """
    values = correlations.groupby(COMPARED, sort=False)["rank_correlation"]
    table = values.agg(rank_correlation="mean", standard_error="sem", n="count").reset_index()
    return table.assign(notices=table["rank_correlation"] <= UNNOTICED)
