"""What was measured on each arm: median profiles by distance, and how well the model predicts."""

from typing import Any

import pandas as pd

from token_influence.orders import INTACT, PAIRED, difference_name
from token_influence.profiles.labels import POOLED
from token_influence.tables.arms import ARM, PROFILE

CURVE = ["distance", "n", "median", "mean", "q05", "q25", "q75", "q95"]


def profiles_table(profiles: pd.DataFrame, skip_sources: int) -> pd.DataFrame:
    """The pooled profiles without the first `skip_sources` positions, one row per distance.

    profiles: the columns of a profile (see `profiles.aggregate`) and those of `PROFILE`.
    """
    chosen = (profiles["seed"] == POOLED) & (profiles["skip_sources"] == skip_sources)
    return profiles.loc[chosen, [*PROFILE, *CURVE]]


def prediction_row(predictions: pd.DataFrame) -> dict[str, Any]:
    """How well the model predicts on one arm; losses and entropy in nats per token.

    predictions: the columns `seed`, `window`, `nll`, `entropy` and `true_rank`. The standard error of
    the loss is that of the mean over windows, since predictions in one window are not independent.
    """
    by_window = _losses(predictions)
    return {
        "windows": len(by_window),
        "predictions": len(predictions),
        "loss": by_window.mean(),
        "loss_se": by_window.sem(),
        "entropy": predictions["entropy"].mean(),
        "median_rank": predictions["true_rank"].median(),
        "accuracy": _accuracy(predictions),
    }


def predictions_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row per arm: mean loss and entropy in nats, median rank of the true token, accuracy.

    predictions: those of all arms, with the columns of `ARM` and the ones that `prediction_row` needs.
    """
    groups = predictions.groupby(ARM, sort=False)
    rows = [{**dict(zip(ARM, arm, strict=True)), **prediction_row(rows)} for arm, rows in groups]
    return pd.DataFrame(rows)


def paired_predictions(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row per intact arm and control with the same windows: loss and accuracy, intact − control.

    predictions: as for `predictions_table`. `loss_se` is the standard error of the mean over windows of
    the difference of both losses in a window. `order` is that of `orders.difference_name`.
    """
    groups = dict(list(predictions.groupby(ARM, sort=False)))
    rows = []
    for (*names, order), intact in groups.items():
        for control in PAIRED if order == INTACT else ():
            if (other := groups.get((*names, control))) is not None:
                losses = _losses(intact) - _losses(other)
                row = dict(zip(ARM, [*names, difference_name(control)], strict=True))
                row |= {"loss": losses.mean(), "loss_se": losses.sem()}
                rows.append(row | {"accuracy": _accuracy(intact) - _accuracy(other)})
    return pd.DataFrame(rows, columns=[*ARM, "loss", "loss_se", "accuracy"])


def _losses(predictions: pd.DataFrame) -> pd.Series:
    """The mean loss of each window, by `seed` and `window`."""
    return predictions.groupby(["seed", "window"])["nll"].mean()


def _accuracy(predictions: pd.DataFrame) -> float:
    """The share of predictions whose most probable token is the true one."""
    return (predictions["true_rank"] == 1).mean()
