"""Numbers over predictions, with intervals over windows."""

import numpy as np
import pandas as pd

from token_influence.decay.settings import Bootstrap
from token_influence.response.resampled import by_windows

BOOTSTRAP = Bootstrap(resamples=200)


def frame(windows: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [(s, w, p, d) for s in (0, 1) for w in range(windows) for p in (5, 9) for d in (1, 2)]
    table = pd.DataFrame(rows, columns=["seed", "window", "position", "distance"])
    return table.assign(value=rng.lognormal(size=len(table)))


def pivoted(table: pd.DataFrame):
    return by_windows(table, ["seed", "window", "position"], "distance", "value", BOOTSTRAP)


def test_medians_are_those_of_the_columns_and_intervals_hold_them() -> None:
    table = frame()
    found = pivoted(table)
    expected = table.groupby("distance")["value"].median()
    np.testing.assert_allclose(found.medians, expected)
    assert (found.units, found.strata, found.values.shape) == (20, 2, (40, 2))
    for one, value in zip(found.median_intervals(), expected, strict=True):
        assert one.estimate == value
        assert one.low < value < one.high


def test_too_few_windows_have_no_interval() -> None:
    # A resample of two windows cannot leave the range of their two values.
    for one in pivoted(frame(windows=2)).median_intervals():
        assert one.estimate is not None
        assert (one.low, one.high) == (None, None)
    assert pivoted(frame(windows=3)).median_intervals()[0].low is not None


def test_windows_are_drawn_with_all_their_predictions() -> None:
    table = frame(windows=2)
    table["value"] = table["seed"] * 2 + table["window"]
    sums = pivoted(table).resampled_sums
    assert set(sums[:, 0]) <= set(range(8, 17, 2))
    assert len(set(sums[:, 0])) > 1


def test_what_is_missing_counts_nowhere() -> None:
    table = frame().iloc[1:]
    found = pivoted(table)
    assert np.isnan(found.values).sum() == 1
    assert np.isfinite(found.resampled_medians).all()
    np.testing.assert_allclose(found.medians, table.groupby("distance")["value"].median())


def test_the_seed_of_the_bootstrap_fixes_the_intervals() -> None:
    first, again = (pivoted(frame()).median_intervals() for _ in range(2))
    assert first == again
