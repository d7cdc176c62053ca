"""Windows: within one document, never overlapping, reproducible, and shuffled as promised."""

import numpy as np
import pandas as pd
import pytest

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.errors import WindowError
from token_influence.windows.draw import draw_windows, shuffle_windows

LENGTHS = [40, 400, 5, 200, 21]
SETTINGS = {"length": 20, "per_seed": 5, "positions": 3, "min_position": 10}


@pytest.fixture
def corpus() -> TokenisedCorpus:
    """Five documents whose token ids are all different, so that a window tells where it is from."""
    offsets = np.cumsum([0, *LENGTHS])
    return TokenisedCorpus(
        tokens=np.arange(offsets[-1], dtype=np.int32),
        document_ids=[f"d{k}" for k in range(len(LENGTHS))],
        offsets=offsets,
    )


def draw(corpus, seed=0, earlier=(), **changes):
    return draw_windows(corpus, "c", seed, earlier_seeds=earlier, **(SETTINGS | changes))


def test_windows_are_consecutive_tokens_of_one_document(corpus):
    for row in draw(corpus, per_seed=10).itertuples():
        document = int(row.document_id[1:])
        tokens = np.asarray(row.token_ids)
        assert tokens.size == 21
        assert (np.diff(tokens) == 1).all()
        assert tokens[0] == corpus.offsets[document] + row.start
        assert tokens[-1] < corpus.offsets[document + 1]


def test_windows_overlap_neither_within_a_seed_nor_across_seeds(corpus):
    drawn = [draw(corpus, 0), draw(corpus, 7, (0,)), draw(corpus, 3, (0, 7))]
    tokens = np.concatenate([t for frame in drawn for t in frame["token_ids"]])
    assert np.unique(tokens).size == tokens.size == 3 * 5 * 21


def test_a_seed_behind_the_others_leaves_them_as_they_were(corpus):
    pd.testing.assert_frame_equal(draw(corpus, 7, (0,)), draw(corpus, 7, (0,)))
    alone, behind = draw(corpus, 7), draw(corpus, 7, (0,))
    assert not alone["start"].equals(behind["start"]), "earlier windows must be kept clear"


def test_documents_come_up_in_proportion_to_their_admissible_starts(corpus):
    # One window a seed: the first draw sees every admissible start.
    counts = pd.Series(
        [draw(corpus, seed, per_seed=1)["document_id"][0] for seed in range(3000)]
    ).value_counts()
    starts = {f"d{k}": max(0, n - 20) for k, n in enumerate(LENGTHS)}
    assert "d2" not in counts, "too short for a window"
    for name, admissible in starts.items():
        share = admissible / sum(starts.values())
        error = 4 * np.sqrt(share * (1 - share) / 3000)
        assert abs(counts.get(name, 0) / 3000 - share) <= error


def test_positions_are_distinct_sorted_and_in_range(corpus):
    for positions in draw(corpus, per_seed=20, positions=10)["positions"]:
        assert positions.tolist() == list(range(10, 20))
    for positions in draw(corpus)["positions"]:
        assert 10 <= positions[0] < positions[1] < positions[2] < 20


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


def test_a_corpus_too_short_is_told_with_its_numbers(corpus):
    with pytest.raises(
        WindowError, match=r"'c' has room for \d+ windows of 20 .* up to 1 ask for 30"
    ):
        draw(corpus, 1, (0,), per_seed=15)


def test_positions_stay_below_the_last_one_allowed(corpus):
    windows = draw(corpus, 0, per_seed=10, positions=2, min_position=5, max_position=7)
    found = {int(i) for positions in windows["positions"] for i in positions}
    assert found == {5, 6, 7}
