"""The table of the sanity check."""

import numpy as np
import pandas as pd
import pytest

from token_influence.tables.sanity import sanity_table


def correlations(**by_method: list[float]) -> pd.DataFrame:
    """One rank correlation for each passage, with all weights random."""
    names = {"model": "tiny", "data": "poems", "layers": "all"}
    rows = [
        names | {"method": method, "passage": passage, "rank_correlation": value}
        for method, values in by_method.items()
        for passage, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def test_means_and_errors_are_over_the_passages_that_have_an_order():
    (row,) = sanity_table(correlations(m=[1.0, -1.0, 1.0, np.nan])).to_dict("records")
    assert row == {
        **{"model": "tiny", "data": "poems", "method": "m", "layers": "all"},
        "rank_correlation": pytest.approx(1 / 3),
        "standard_error": pytest.approx(2 / 3),
        "n": 3,
        "notices": True,
    }


def test_a_method_whose_scores_stay_alike_does_not_notice():
    found = sanity_table(correlations(alike=[0.5, 0.52], not_alike=[0.5, 0.48], none=[np.nan]))
    assert found["notices"].tolist() == [False, True, False]
    assert found["n"].tolist() == [2, 2, 0]


def test_numbers_of_layers_keep_their_order():
    whole = correlations(b=[0.1], a=[0.2])
    table = pd.concat([whole.assign(layers="10"), whole.assign(layers="9"), whole])
    found = sanity_table(table)
    assert found["layers"].tolist() == ["10", "10", "9", "9", "all", "all"]
    assert found["method"].tolist() == ["b", "a"] * 3
