"""The controls: what each order keeps of the intact windows, and what it draws anew."""

import numpy as np
import pandas as pd
import pytest
from counted_corpus import draw

from token_influence.orders import PAIRED
from token_influence.seeds import stream
from token_influence.windows.orders import reorder_windows, shuffle_windows


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


@pytest.mark.parametrize("order", PAIRED)
def test_every_paired_order_keeps_the_tokens_of_each_window_and_all_other_columns(corpus, order):
    intact = draw(corpus, length=40, per_seed=3)
    reordered = reorder_windows(intact, order, "c", 0)
    kept = [column for column in intact if column != "token_ids"]
    pd.testing.assert_frame_equal(reordered[kept], intact[kept])
    for before, after in zip(intact["token_ids"], reordered["token_ids"], strict=True):
        assert sorted(before) == sorted(after)
        assert list(before) != list(after)
        assert after.dtype == np.int32


def test_shuffled_is_the_order_of_every_earlier_study(corpus):
    """The numbers of a study must not change: the stream and the permutation are those of before."""
    intact = draw(corpus)
    expected = [
        stream(7, "shuffling", "c", window).permutation(tokens)
        for window, tokens in zip(intact["window"], intact["token_ids"], strict=True)
    ]
    assert np.array_equal(
        np.stack(reorder_windows(intact, "shuffled", "c", 7)["token_ids"]), expected
    )


def test_blocks_stay_whole_and_every_block_moves(corpus):
    """41 tokens: two blocks of 16, and a last one of 9, which may stand anywhere."""
    intact = pd.concat([draw(corpus, seed, length=40, per_seed=1) for seed in range(60)])
    intact["window"] = range(60)
    orders = set()
    for before, after in zip(
        intact["token_ids"], reorder_windows(intact, "blocks16", "c", 0)["token_ids"], strict=True
    ):
        places = np.asarray(after) - before[0]  # the tokens of the corpus are counted
        starts = [int(place) for place in places if place % 16 == 0]
        blocks = np.concatenate([np.arange(start, min(start + 16, 41)) for start in starts])
        assert places.tolist() == blocks.tolist()
        orders.add(tuple(starts))
    assert len(orders) == 6, "every order of the three blocks comes about"


def test_reversed_twice_is_intact(corpus):
    intact = draw(corpus)
    once = reorder_windows(intact, "reversed", "c", 0)
    assert once["token_ids"][0].tolist() == intact["token_ids"][0].tolist()[::-1]
    twice = reorder_windows(once, "reversed", "c", 0)
    assert np.array_equal(np.stack(twice["token_ids"]), np.stack(intact["token_ids"]))


def test_unigram_draws_from_the_corpus_as_often_as_its_tokens_occur(corpus):
    intact = pd.concat([draw(corpus, seed) for seed in range(20)], ignore_index=True)
    intact["window"] = range(100)
    counts = pd.DataFrame({"token_id": [3, 5, 8], "count": [1, 2, 7], "text": ["a", "b", "c"]})
    drawn = reorder_windows(intact, "unigram", "c", 0, counts)
    tokens = np.stack(drawn["token_ids"])
    assert tokens.dtype == np.int32
    assert tokens.shape == (100, 21)
    shares = [np.mean(tokens == token) for token in counts["token_id"]]
    np.testing.assert_allclose(shares, [0.1, 0.2, 0.7], atol=4 * 0.5 / np.sqrt(2100))
    assert len({tuple(row) for row in tokens}) == 100, "every window has tokens of its own"
    again = reorder_windows(intact, "unigram", "c", 0, counts)
    assert np.array_equal(np.stack(again["token_ids"]), tokens)
    other = reorder_windows(intact, "unigram", "c", 1, counts)
    assert not np.array_equal(np.stack(other["token_ids"]), tokens)


def test_an_order_that_is_no_control_and_missing_counts_are_refused(corpus):
    with pytest.raises(ValueError, match="'intact' is no control; allowed are shuffled, blocks16"):
        reorder_windows(draw(corpus), "intact", "c", 0)
    with pytest.raises(ValueError, match="needs the counts"):
        reorder_windows(draw(corpus), "unigram", "c", 0)
