"""Windows: within one document, never overlapping, reproducible."""

import numpy as np
import pandas as pd
import pytest
from counted_corpus import LENGTHS, draw

from token_influence.errors import WindowError


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


def test_a_corpus_too_short_is_told_with_its_numbers(corpus):
    with pytest.raises(
        WindowError, match=r"'c' has room for \d+ windows of 20 .* up to 1 ask for 30"
    ):
        draw(corpus, 1, (0,), per_seed=15)


def test_positions_stay_below_the_last_one_allowed(corpus):
    windows = draw(corpus, 0, per_seed=10, positions=2, min_position=5, max_position=7)
    found = {int(i) for positions in windows["positions"] for i in positions}
    assert found == {5, 6, 7}


AUTHORS = {"d0": "A", "d1": "B", "d3": "C"}  # d4, with one admissible start, has no known author


def authors_of(windows: pd.DataFrame) -> dict[str, int]:
    return windows["document_id"].map(AUTHORS).value_counts().to_dict()


def test_no_author_has_more_than_the_share_of_a_seeds_windows(corpus):
    limited = {"per_seed": 5, "share_per_author": 0.79, "authors": AUTHORS}
    for seed in range(20):  # B has two thirds of the admissible starts
        assert max(authors_of(draw(corpus, seed, **limited)).values()) <= 3
    assert max(authors_of(draw(corpus, seed))["B"] for seed in range(20)) > 3


def test_the_limit_is_for_each_seed_and_a_later_seed_leaves_the_others_as_they_were(corpus):
    limited = {"per_seed": 4, "share_per_author": 0.5, "authors": AUTHORS}
    drawn = [draw(corpus, seed, range(seed), **limited) for seed in range(4)]
    tokens = np.concatenate([t for frame in drawn for t in frame["token_ids"]])
    assert np.unique(tokens).size == tokens.size
    assert sum(authors_of(frame)["B"] for frame in drawn) == 8
    pd.testing.assert_frame_equal(drawn[0], draw(corpus, 0, **limited))


def test_a_share_of_windows_is_not_lost_to_rounding(corpus):
    limited = {"length": 2, "min_position": 1, "positions": 1, "authors": {"d1": "B"}}
    windows = draw(corpus, per_seed=100, share_per_author=0.29, **limited)
    assert (windows["document_id"] == "d1").sum() == 29  # 0.29 * 100 is less


def test_without_authors_a_share_limits_nothing(corpus):
    pd.testing.assert_frame_equal(draw(corpus), draw(corpus, share_per_author=0.2))


@pytest.mark.parametrize(("share", "most", "room"), [(0.25, 1, "[34]"), (0.2, 0, "[01]")])
def test_too_few_authors_for_a_share_are_told_with_the_numbers(corpus, share, most, room):
    found = (
        f"'c' has room for {room} of the {4 + most} windows of seed 0, since share_per_author {share} "
        f"allows {most} of them to an author: use a larger share"
    )
    with pytest.raises(WindowError, match=found):
        draw(corpus, per_seed=4 + most, share_per_author=share, authors=AUTHORS)
