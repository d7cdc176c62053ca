"""Agreement of influence with the effect of zeros, where it is known."""

import numpy as np
import pandas as pd
import pytest

from token_influence.decay.settings import Bootstrap
from token_influence.response.agreement import agreement_table, spearman


def sources(windows: int = 10, length: int = 80) -> pd.DataFrame:
    """G orders the effects exactly; distance orders them the other way round."""
    rows = [(0, w, length - 1, d) for w in range(windows) for d in range(length)]
    table = pd.DataFrame(rows, columns=["seed", "window", "position", "distance"])
    effect = (table["distance"] + 1.0) ** 2
    return table.assign(model="m", influence=effect, log_p=-effect, divergence=effect)


def test_a_score_that_orders_the_effects_agrees_fully() -> None:
    table = agreement_table(sources(), ["model"], Bootstrap(resamples=50))
    found = table.set_index(["effect", "score", "measure", "band"])["mean"]
    for band in ("all", "0-15", "16-63", "64-"):
        assert found["log_p", "influence", "spearman", band] == pytest.approx(1)
        assert found["divergence", "nearness", "spearman", band] == pytest.approx(-1)
        assert found["divergence", "difference", "spearman", band] == pytest.approx(2)
    assert found["log_p", "influence", "top", "all"] == 1
    assert found["log_p", "nearness", "top", "all"] == 0
    assert (table["n"] == 10).all()
    assert (table["mean_low"] <= table["mean"]).all()


def test_bands_beyond_the_window_have_no_row() -> None:
    table = agreement_table(sources(length=30), ["model"], Bootstrap(resamples=50))
    assert set(table["band"]) == {"all", "0-15", "16-63"}


def test_ranks_alone_count() -> None:
    x = pd.Series([3.0, 1.0, 2.0, 5.0])
    assert spearman(x, np.exp(x)) == pytest.approx(1)
    assert spearman(x, pd.Series([1.0, 3.0, 2.0, 0.0])) == pytest.approx(-1)
