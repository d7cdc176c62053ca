"""Leave-one-out against plain readings, and the rank of a method's top token in it."""

import numpy as np
import pandas as pd
import pytest
import torch
from explained import predictions
from tiny_models import build

from token_influence.attribution.agreement import leave_one_out, top_ranks
from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.response.ablation import Change, log_probabilities


@pytest.mark.parametrize("conventions", [AS_IN_PAPER, AS_IN_CODE])
@pytest.mark.parametrize("name", ["llama", "mamba"])
def test_effects_are_those_of_plain_readings(name: str, conventions) -> None:
    model, some = build(name), predictions(2)
    found = leave_one_out(model, some, conventions, bos_id=1, batch_size=3)
    for prediction, effects in zip(some, found, strict=True):
        changes = [None, *map(Change, np.eye(10, dtype=bool))]
        intact, *rows = log_probabilities(
            model, prediction.read, prediction.position, changes, bos_id=1
        )
        true = prediction.token_ids[prediction.position + 1]
        followed = true if conventions is AS_IN_PAPER else int(intact.argmax())
        falls = [float(intact[followed] - row[followed]) for row in rows]
        np.testing.assert_allclose(effects["log_probability"], falls, atol=1e-5)
        divergences = [float((intact.exp() * (intact - row)).sum()) for row in rows]
        np.testing.assert_allclose(effects["divergence"], divergences, atol=1e-5)
        assert min(divergences) > 0


def test_a_replacement_stands_in() -> None:
    model, some = build("llama"), predictions()
    row = torch.full((1, 16), 0.3)
    (found,) = leave_one_out(model, some, AS_IN_PAPER, bos_id=None, replace=lambda _: row)
    (zeros,) = leave_one_out(model, some, AS_IN_PAPER, bos_id=None)
    assert not np.allclose(found["divergence"], zeros["divergence"], atol=1e-3)


def test_the_rank_counts_the_tokens_with_a_larger_effect() -> None:
    (prediction,) = predictions()
    effects = {"log_probability": np.array([0, 9, 8, 7, 6, 5, 4, 3, 2, 1.0])}
    scores = {"best": effects["log_probability"], "third": np.eye(10)[3], "last": np.eye(10)[0]}
    found = top_ranks([prediction], [scores], [effects], AS_IN_PAPER).set_index("method")
    expected = pd.Series({"best": 0, "third": 2, "last": 9}, name="rank")
    pd.testing.assert_series_equal(found["rank"], expected, check_names=False)
    assert found["percent"].tolist() == [0, 20, 90]
    as_in_code = top_ranks([prediction], [scores], [effects], AS_IN_CODE).set_index("method")
    assert as_in_code.loc["third", "percent"] == pytest.approx(100 * 2 / 11)
