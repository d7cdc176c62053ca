"""Shuffled windows hold the tokens of the intact ones, each under a permutation of its own."""

import numpy as np
import pandas as pd
from counted_corpus import draw

from token_influence.windows.orders import shuffle_windows


def test_shuffled_holds_exactly_the_intact_tokens_in_another_order(corpus):
    intact = draw(corpus)
    shuffled = shuffle_windows(intact, "c", 0)
    same = intact.drop(columns="token_ids")
    pd.testing.assert_frame_equal(shuffled.drop(columns="token_ids"), same)
    orders = []
    for before, after in zip(intact["token_ids"], shuffled["token_ids"], strict=True):
        assert sorted(before) == sorted(after)
        orders.append(tuple(np.asarray(after) - before[0]))
    assert len(set(orders)) == len(orders), "every window has a permutation of its own"
    other = shuffle_windows(intact, "c", 1)["token_ids"]
    assert not np.array_equal(other[0], shuffled["token_ids"][0])


def test_every_token_goes_everywhere(corpus):
    """A uniform permutation leaves a token where it was in one of T + 1 cases."""
    intact = pd.concat([draw(corpus, seed, per_seed=1) for seed in range(500)], ignore_index=True)
    intact["window"] = range(500)
    shuffled = shuffle_windows(intact, "c", 0)
    stayed = np.mean(
        [
            np.asarray(a) == b
            for a, b in zip(intact["token_ids"], shuffled["token_ids"], strict=True)
        ]
    )
    assert abs(stayed - 1 / 21) < 4 * np.sqrt(1 / 21 / (500 * 21))
