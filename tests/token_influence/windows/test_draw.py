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
