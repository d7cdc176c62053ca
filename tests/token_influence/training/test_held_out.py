"""What is held out is whole documents, nearly the share, and never learnt from."""

import numpy as np
import pandas as pd
import pytest

from token_influence.errors import CorpusError
from token_influence.training.held_out import held_out


def documents(lengths: list[int]) -> pd.DataFrame:
    rows = [{"document_id": f"d{k}", "text": "x" * size} for k, size in enumerate(lengths)]
    return pd.DataFrame(rows)


def test_nearly_the_share_is_held_out_even_of_few_documents_of_very_different_lengths():
    frame = documents([900, *[60 + 5 * k for k in range(30)]])
    lengths = frame["text"].str.len()
    for seed in range(20):
        kept = held_out(frame, "c", 0.2, seed)
        share = lengths[kept].sum() / lengths.sum()
        assert 0.17 < share <= 0.2


def test_a_document_s_fate_is_that_of_its_name_not_of_its_place():
    frame = documents([100] * 40)
    kept = set(frame["document_id"][held_out(frame, "c", 0.25, 0)])
    moved = frame.sample(frac=1, random_state=1)
    assert set(moved["document_id"][held_out(moved, "c", 0.25, 0)]) == kept
    assert len(kept) == 10


def test_seed_and_corpus_choose_others():
    frame = documents([100] * 40)
    found = [tuple(held_out(frame, *key)) for key in [("c", 0.5, 0), ("c", 0.5, 1), ("e", 0.5, 0)]]
    assert len(set(found)) == 3


@pytest.mark.parametrize(("lengths", "word"), [([100], "none fits"), ([100, 100], "none fits")])
def test_too_few_documents_are_told(lengths, word):
    with pytest.raises(
        CorpusError, match=rf"{len(lengths)} documents of the corpus 'plays', {word}"
    ):
        held_out(documents(lengths), "plays", 0.1, 0)


def test_nothing_left_to_learn_from_is_told():
    empty = documents([0, 0])
    with pytest.raises(CorpusError, match="all fit"):
        held_out(empty, "plays", 0.5, 0)
    assert isinstance(held_out(documents([1, 1]), "plays", 0.5, 0), np.ndarray)
