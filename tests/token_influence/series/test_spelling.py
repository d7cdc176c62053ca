"""Sums over token paths, against every string of tokens one by one."""

from itertools import product

import numpy as np
import pytest
import torch
from tiny_digits import model, tokenizer

from token_influence.series.continuations import Continuations
from token_influence.series.spelling import next_values, pieces_of

TEXT = "15,29,"
SPLITS = {
    "single digits": (),
    "whole numbers": ("29", "15", "30", "33"),
    "numbers with their comma": ("29,", "30,", "3,"),
    "more than a comma": (",2", ",,", "2,1", "29,a"),
}


@pytest.mark.parametrize("merged", SPLITS.values(), ids=SPLITS)
def test_the_sum_is_that_over_all_strings_of_three_tokens(merged):
    """Whatever three tokens come: their text begins with a number and a comma, or it does not."""
    split = tokenizer(*merged)
    reader = model(len(split))
    texts = split.convert_ids_to_tokens(range(len(split)))
    text_ids = split(TEXT)["input_ids"]
    strings = list(product(range(len(split)), repeat=3))
    ids = torch.tensor([text_ids + list(string[:2]) for string in strings])
    with torch.inference_mode():
        logs = reader(ids).logits.double().log_softmax(dim=-1)
    expected = np.zeros(100)
    for row, string in zip(logs, strings, strict=True):
        spelled = "".join(texts[k] for k in string)
        if spelled[:2].isdigit() and spelled[2] == ",":
            places = range(len(text_ids) - 1, len(text_ids) + 2)
            share = sum(float(row[place, k]) for place, k in zip(places, string, strict=True))
            expected[int(spelled[:2])] += np.exp(share)
    pieces = pieces_of(split)
    after = Continuations(reader, text_ids, bos_id=None, chosen=[piece.id for piece in pieces])
    found = next_values(pieces, after)
    assert expected.sum() > 0.001
    assert found.shape == (100, 1)
    assert found[:, 0] == pytest.approx(expected, rel=1e-4)


def test_only_tokens_that_can_stand_in_a_number_are_asked_for():
    split = tokenizer("29,", ",a", "290", "a2")
    texts = {piece.text for piece in pieces_of(split)}
    assert texts == {*"0123456789,", "29", "29,", ",a"}


def test_a_sure_path_has_all_of_the_probability():
    split = tokenizer("29")
    pieces = pieces_of(split)
    wanted = {(): "4", (split.convert_tokens_to_ids("4"),): "2"}

    def read(paths):
        texts = [wanted.get(path, ",") for path in paths]
        return np.array([[[float(piece.text == text)] for piece in pieces] for text in texts])

    found = next_values(pieces, read)
    assert found[42, 0] == 1
    assert found.sum() == 1
