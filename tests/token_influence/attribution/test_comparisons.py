"""Pairs of methods, compared on equal passages."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from statsmodels.stats.multitest import multipletests

from token_influence.attribution.comparisons import holm, pairs


def table(passages: int = 60) -> pd.DataFrame:
    """Three methods: `b` is better than `a` by less than their common spread; `c` is as `a`."""
    generator = np.random.default_rng(5)
    common = generator.normal(0, 3, passages)
    columns = {name: common + generator.normal(0, 0.5, passages) for name in "abc"}
    return pd.DataFrame(columns).assign(b=lambda frame: frame.b - 0.4)


def test_pairs_are_compared_on_equal_passages() -> None:
    """The common spread cancels, as in a paired t-test, which this nearly is."""
    values = table()
    found = pairs(values, seed=0).set_index(["method", "other"])
    assert list(found.index) == [("a", "b"), ("a", "c"), ("b", "c")]
    for (a, b), row in found.iterrows():
        test = ttest_rel(values[a], values[b])
        assert row["difference"] == pytest.approx((values[a] - values[b]).mean())
        interval = test.confidence_interval()
        assert (row["low"], row["high"]) == pytest.approx(tuple(interval), abs=0.03)
        assert row["p"] == pytest.approx(test.pvalue, abs=0.03)
        assert row["standard_error"] == pytest.approx((values[a] - values[b]).sem(), rel=0.05)
    assert found.loc[("a", "b"), "p_holm"] < 0.01 < found.loc[("a", "c"), "p_holm"]


def test_a_difference_of_nothing_is_none() -> None:
    values = table().assign(d=lambda frame: frame.a)
    found = pairs(values, seed=0).set_index(["method", "other"])
    assert found.loc[("a", "d"), ["difference", "standard_error"]].tolist() == [0, 0]
    assert found.loc[("a", "d"), "p_holm"] == 1


def test_equal_methods_are_found_different_as_rarely_as_stated() -> None:
    generator = np.random.default_rng(0)
    found = [
        pairs(pd.DataFrame(generator.normal(size=(40, 2)), columns=["a", "b"]), seed=k, draws=500)
        for k in range(300)
    ]
    rate = np.mean([frame.p.iloc[0] < 0.05 for frame in found])
    assert 0.02 < rate < 0.1


def test_the_correction_is_holms() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.8, 0.04])
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])


def test_the_seed_decides_the_resamples() -> None:
    first, again, other = (pairs(table(), seed=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(first.low, other.low, atol=1e-12)


def test_too_little_to_compare_gives_no_number() -> None:
    one = pairs(table(1), seed=0)
    assert one[["standard_error", "low", "high", "p", "p_holm"]].isna().all().all()
    assert pairs(table()[["a"]], seed=0).empty
