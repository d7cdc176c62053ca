"""Token ids packed for training, and cut from documents to judge by."""

import numpy as np
import pytest

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.errors import CorpusError
from token_influence.training.sequences import order, pack, spread


def tokens(*lengths: int) -> TokenisedCorpus:
    offsets = np.cumsum([0, *lengths])
    ids = np.arange(1, offsets[-1] + 1, dtype=np.int32)
    return TokenisedCorpus(ids, [f"d{k}" for k in range(len(lengths))], offsets)


def test_packing_parts_whole_documents_by_the_mark_and_drops_the_rest():
    packed = pack([tokens(5, 4), tokens(6)], end=0, length=4, seed=0)
    assert packed.shape == (4, 4)  # of 15 tokens and 3 marks
    *whole, last = " ".join(map(str, packed.ravel())).split(" 0")
    documents = {"1 2 3 4 5", "6 7 8 9", "1 2 3 4 5 6"}
    assert {text.strip() for text in whole} <= documents
    assert any(text.startswith(last.strip()) for text in documents)
    with pytest.raises(CorpusError, match="has 6 tokens, fewer than the 8"):
        pack([tokens(5)], end=0, length=8, seed=0)


def test_every_epoch_shows_each_sequence_once_in_an_order_of_its_own():
    shown = order(10, 25, seed=0)
    assert sorted(shown[:10]) == sorted(shown[10:20]) == list(range(10))
    assert shown[:10].tolist() != shown[10:20].tolist()
    assert len(shown) == 25


def test_judged_sequences_stay_within_documents_and_are_spread():
    found = spread(tokens(9, 3, 8), "prose", length=4, count=3)
    assert found[:, 0].tolist() == [1, 13, 17]  # of 1, 5, 13 and 17
    assert (np.diff(found, axis=1) == 1).all()
    with pytest.raises(CorpusError, match=r"'prose' has 4 sequences of 4 tokens, fewer than the 5"):
        spread(tokens(9, 3, 8), "prose", length=4, count=5)
