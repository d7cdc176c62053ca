"""Scores of words and other spans of tokens, from the scores of their tokens."""

import re
from collections.abc import Sequence

import numpy as np

from token_influence.errors import AttributionError

Span = tuple[int, int]
"""The first token of a span, and the one after its last."""

HOW = ("norm", "sum")


def combine(scores: np.ndarray, spans: Sequence[Span], how: str) -> np.ndarray:
    """The score of each of `spans`, from the scores of the tokens [position + 1].

    how: `norm` (the root of the sum of squares) or `sum`. The norm of token norms is the norm of the
    gradient by the whole span, so it suits `semantic`, `temperature`, `input_x_gradient`,
    `integrated_gradients` and `smoothgrad`. Fisher scores are squared norms, so their sum does the
    same; a sum also suits shares (`attention_rollout`) and drops (`leave_one_out`, also below zero).

    Raises AttributionError for an unknown way, or a span that is empty or goes beyond the scores.

    >>> combine(np.array([3.0, 4.0, 1.0]), [(0, 2), (2, 3)], "norm").tolist()
    [5.0, 1.0]
    """
    if how not in HOW:
        raise AttributionError(f"Spans are combined by {how!r}; allowed: {', '.join(HOW)}.")
    for begin, end in spans:
        if not 0 <= begin < end <= len(scores):
            raise AttributionError(
                f"The span of tokens {begin} to {end - 1} is not within the {len(scores)} sources."
            )
    power = 2 if how == "norm" else 1
    sums = np.array([np.sum(scores[begin:end] ** power) for begin, end in spans])
    return sums ** (1 / power)


def words(text: str, offsets: Sequence[tuple[int, int]]) -> list[Span]:
    """The spans of tokens that make up the words of `text`, in order; together they hold every token.

    offsets: where each token begins and ends in `text`, as a fast tokenizer gives them. A word is what
    stands between white space, with its punctuation. A token belongs to the word of its first visible
    character, or without one to the word before it.

    >>> words("so it goes.", [(0, 2), (2, 5), (5, 8), (8, 10), (10, 11)])
    [(0, 1), (1, 2), (2, 5)]
    """
    starts = np.array([match.start() for match in re.finditer(r"\S+", text)])
    spans: list[Span] = []
    last = None
    for token, (begin, end) in enumerate(offsets):
        visible = re.search(r"\S", text[begin:end])
        word = last if visible is None else int(np.sum(starts <= begin + visible.start()))
        if spans and word == last:
            spans[-1] = (spans[-1][0], token + 1)
        else:
            spans.append((token, token + 1))
        last = word
    return spans
