"""Tables of what was measured: profiles, and how well the model predicts."""

import numpy as np
import pandas as pd
import pytest

from token_influence.tables.arms import labelled
from token_influence.tables.measured import predictions_table, profiles_table

ARM = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact"}


def test_predictions_table_counts_windows_not_predictions():
    frame = pd.DataFrame(
        {
            "window": [0, 0, 1, 1],
            "nll": [1.0, 3.0, 4.0, 6.0],
            "entropy": [1.0, 2.0, 3.0, 6.0],
            "true_rank": [1, 1, 10, 4],
        }
    )
    keys = [{**ARM, "seed": 0}, {**ARM, "seed": 1}, {**ARM, "order": "shuffled", "seed": 0}]
    worse = frame.assign(nll=frame["nll"] + 1)
    table = predictions_table(labelled([frame, worse, frame], keys))
    assert table["order"].tolist() == ["intact", "shuffled"]
    intact = table.iloc[0]
    assert (intact["windows"], intact["predictions"]) == (4, 8)
    means = [2.0, 5.0, 3.0, 6.0]  # of each seed's windows
    assert intact["loss"] == pytest.approx(np.mean(means))
    assert intact["loss_se"] == pytest.approx(np.std(means, ddof=1) / 2)
    assert (intact["entropy"], intact["median_rank"], intact["accuracy"]) == (3.0, 2.5, 0.5)


def test_profiles_table_keeps_pooled_rows_of_the_chosen_sources():
    rows = [
        {"seed": seed, "skip_sources": skip, "distance": r, "median": 0.5}
        for seed in ("0", "pooled")
        for skip in (0, 4)
        for r in (0, 1)
    ]
    frame = pd.DataFrame(rows).assign(
        **ARM, objective="true_logit", n=8, mean=0.6, q05=0.1, q25=0.2, q75=0.7, q95=0.9
    )
    table = profiles_table(frame, 4)
    assert table.columns.tolist() == [
        *(*ARM, "objective", "distance", "n", "median", "mean", "q05", "q25", "q75", "q95"),
    ]
    assert table["distance"].tolist() == [0, 1]
    assert table.index.tolist() == [6, 7]
