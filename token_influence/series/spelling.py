"""The probability of each two-digit number, summed over every way in which tokens can spell it.

Many tokenizers split "29" into two tokens, others have one token for it, or one for "29,". So the
probability of a number is that the model's continuation begins with its two digits and a comma, however
it is split: all token paths count, also those that the tokenizer itself would not choose. A path ends
with the token that brings the comma, whatever follows the comma in that token. No path is the beginning
of another one, so their probabilities add up.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from transformers import PreTrainedTokenizerBase

NUMBERS = 100
USABLE = re.compile(r"[0-9]{1,2}|[0-9]{0,2},.*", re.DOTALL)
BEGUN = re.compile(r"[0-9]{1,2}")
COMPLETE = re.compile(r"([0-9]{2}),")


class Piece(NamedTuple):
    """A token that can stand in a number: its id, and its text as the vocabulary has it."""

    id: int
    text: str


Read = Callable[[Sequence[tuple[int, ...]]], np.ndarray]
"""For paths of equal length, the probabilities [paths, pieces, C] of the next token, in C variants."""


def pieces_of(tokenizer: PreTrainedTokenizerBase) -> list[Piece]:
    """The tokens that can stand in a two-digit number with its comma, by their ids.

    The text is that of the vocabulary, where digits and commas stand for themselves and a blank does
    not; a token of a single byte (`<0x32>`) is not taken for a digit.
    """
    vocabulary = tokenizer.get_vocab().items()
    return sorted(Piece(number, text) for text, number in vocabulary if USABLE.fullmatch(text))


def next_values(pieces: Sequence[Piece], read: Read) -> np.ndarray:
    """The probabilities [100, C] of the numbers 00 to 99, each with the comma after it.

    Their sum is below 1 where the model expects something else. Exact: no path is left out.
    """
    total: np.ndarray | float = 0.0
    waiting: list[tuple[tuple[int, ...], str, np.ndarray | float]] = [((), "", 1.0)]
    while waiting:
        rows = read([path for path, _, _ in waiting])
        found = np.zeros((NUMBERS, rows.shape[-1]))
        longer: list[tuple[tuple[int, ...], str, np.ndarray | float]] = []
        for (path, text, probability), row in zip(waiting, rows, strict=True):
            for piece, share in zip(pieces, row, strict=True):
                spelled = text + piece.text
                if complete := COMPLETE.match(spelled):
                    found[int(complete[1])] += probability * share
                elif BEGUN.fullmatch(spelled):
                    longer.append(((*path, piece.id), spelled, probability * share))
        total, waiting = total + found, longer
    return np.asarray(total)
