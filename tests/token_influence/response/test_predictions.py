"""Which predictions are used."""

import torch
from tiny_models import build, windows

from token_influence.response.predictions import at_end, chosen

WINDOWS = windows(count=3)


def test_the_first_positions_of_the_first_windows() -> None:
    found = [(p.window, p.position) for p in chosen(WINDOWS, 2, 2, None)]
    assert found == [(0, 5), (0, 9), (1, 5), (1, 9)]
    first = next(chosen(WINDOWS, 1, 1, None))
    assert first.target == WINDOWS["token_ids"][0][6]


def test_the_token_after_a_number_of_tokens() -> None:
    found = list(at_end(WINDOWS, 2, 4, 1))
    assert [(p.window, p.position) for p in found] == [(0, 3), (1, 3)]


def test_begin_of_text_shifts_rows_alone() -> None:
    model = build("llama")
    plain, begun = (next(chosen(WINDOWS, 1, 1, bos)) for bos in (None, 1))
    assert (plain.row(2), begun.row(2)) == (2, 3)
    assert torch.equal(begun.embeddings(model)[1:], plain.embeddings(model))
