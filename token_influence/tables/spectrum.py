"""The table of Fisher spectra: eigenvalues, and the share of their sum that the first of them hold."""

import pandas as pd

PREDICTIONS = ["model", "data"]
LOW, HIGH = 0.05, 0.95


def spectrum_table(eigenvalues: pd.DataFrame) -> pd.DataFrame:
    """One row for each model, data set and rank, over `n` passages.

    eigenvalues: the columns `model`, `data`, `passage`, `rank` (from 1) and `eigenvalue`.

    `eigenvalue` is the median over passages; `share`, `share_low` and `share_high` are the median and
    the quantiles 0.05 and 0.95 of the cumulative share: the sum of the `rank` largest eigenvalues of a
    passage over the sum of all of them.
    """
    by_rank = eigenvalues.assign(share=shares(eigenvalues)).groupby(
        [*PREDICTIONS, "rank"], sort=False
    )
    table = by_rank.agg(eigenvalue=("eigenvalue", "median"), share=("share", "median"))
    share = by_rank["share"]
    limits = {"share_low": share.quantile(LOW), "share_high": share.quantile(HIGH)}
    return table.assign(**limits, n=by_rank.size()).reset_index()


def shares(eigenvalues: pd.DataFrame) -> pd.Series:
    """The cumulative share of each row: of its rank and all before it in its passage's sum."""
    ordered = eigenvalues.sort_values("rank")
    by_passage = ordered.groupby([*PREDICTIONS, "passage"])["eigenvalue"]
    return (by_passage.cumsum() / by_passage.transform("sum")).reindex(eigenvalues.index)
