"""Means over series with intervals, differences from temperature, and variance against the norm."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr, ttest_1samp

from token_influence.tables.series import series_table

KEYS = {"model": "tiny", "system": "lorenz"}
N = 12


def measures(n: int = N, **changes) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    rows = [
        {**KEYS, "series": k, "method": method, "measure": measure, "value": generator.normal()}
        for k in range(n)
        for method, names in {
            "temperature": ("aopc", "recency"),
            "semantic": ("aopc", "recency"),
            "": ("variance", "norm"),
        }.items()
        for measure in names
    ]
    return pd.DataFrame(rows).assign(**changes)


def row(table: pd.DataFrame, method: str, measure: str) -> pd.Series:
    found = table[(table["method"] == method) & (table["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0]


def values(table: pd.DataFrame, method: str, measure: str) -> np.ndarray:
    chosen = (table["method"] == method) & (table["measure"] == measure)
    return table.loc[chosen, "value"].to_numpy()


def test_a_mean_has_the_interval_of_student():
    raw = measures()
    found = row(series_table(raw), "semantic", "aopc")
    own = values(raw, "semantic", "aopc")
    interval = ttest_1samp(own, 0).confidence_interval(0.95)
    assert found[["value", "low", "high"]].tolist() == pytest.approx([own.mean(), *interval])
    assert found["n"] == N


def test_a_difference_is_taken_on_the_same_series():
    raw = measures()
    shuffled = raw.sample(frac=1, random_state=0)
    found = row(series_table(shuffled), "semantic", "aopc_against_temperature")
    differences = values(raw, "semantic", "aopc") - values(raw, "temperature", "aopc")
    interval = ttest_1samp(differences, 0).confidence_interval(0.95)
    expected = [differences.mean(), *interval]
    assert found[["value", "low", "high"]].tolist() == pytest.approx(expected)
    names = series_table(raw)["measure"].tolist()
    assert names.count("aopc_against_temperature") == 1  # not of temperature itself
    assert "recency_against_temperature" not in names


def test_the_variance_is_correlated_with_one_over_the_norm():
    raw = measures()
    found = row(series_table(raw), "", "variance_against_norm")
    expected = spearmanr(values(raw, "", "variance"), 1 / np.exp(values(raw, "", "norm")))
    assert found["value"] == pytest.approx(expected.statistic)
    assert -1 < found["low"] < found["value"] < found["high"] < 1
    assert found["n"] == N


def test_a_single_series_has_no_interval_and_no_correlation():
    table = series_table(measures(n=1))
    assert table["low"].isna().all()
    assert (table["n"] == 1).all()
    assert "variance_against_norm" not in set(table["measure"])


def test_what_is_not_defined_is_not_counted():
    raw = measures()
    raw.loc[(raw["method"] == "semantic") & (raw["series"] < 2), "value"] = np.nan
    table = series_table(raw)
    assert row(table, "semantic", "recency")["n"] == N - 2
    assert row(table, "semantic", "aopc_against_temperature")["n"] == N - 2
    raw.loc[raw["method"] == "semantic", "value"] = np.nan
    assert "semantic" not in set(series_table(raw)["method"])


def test_systems_and_models_stand_apart():
    both = pd.concat([measures(), measures(n=3, system="brownian")])
    table = series_table(both)
    assert table.drop_duplicates("system")["system"].tolist() == ["lorenz", "brownian"]
    pairs = table[(table["method"] == "semantic") & (table["measure"] == "aopc")]
    assert pairs["n"].tolist() == [N, 3]
