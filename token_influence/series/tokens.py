"""A series as a tokenizer reads it: which tokens make up which number."""

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from token_influence.attribution.spans import Span
from token_influence.errors import AttributionError
from token_influence.series.digits import text_of

BLANKS = "▁Ġ"  # how tokenizers write the blank that some of them put before a text
WIDTH = len("00,")


@dataclass(frozen=True)
class NumberTokens:
    """The tokens of a series up to its cut-off, which is the comma after its last number but one.

    token_ids: of the numbers that the model reads. spans: the tokens of each of these numbers; a comma
    belongs to none, but a token with digits and a comma to its number. next_id: the first token of the
    true next number.
    """

    token_ids: tuple[int, ...]
    spans: tuple[Span, ...]
    next_id: int


def number_tokens(
    numbers: Sequence[int], tokenizer: PreTrainedTokenizerBase, name: str
) -> NumberTokens:
    """The tokens of all `numbers` but the last, which is the true next number.

    Raises AttributionError where the tokens do not spell the numbers one by one: without tokens for
    digits, with a token that has digits of two numbers, or where the tokens of the text change with what
    follows it.
    """
    shown = text_of(numbers[:-1])
    ids = _ids(shown, tokenizer)
    pieces = [str(piece) for piece in tokenizer.convert_ids_to_tokens(ids)]
    pieces[:1] = [piece.lstrip(BLANKS) for piece in pieces[:1]]
    if "".join(pieces) != shown:
        raise AttributionError(
            f"The tokenizer does not spell the series {name} by its digits and commas: it reads "
            f"{shown[:WIDTH]!r} as {' '.join(pieces)[:20]!r}."
        )
    whole = _ids(text_of(numbers), tokenizer)
    if whole[: len(ids)] != ids:
        raise AttributionError(
            f"The tokenizer reads the series {name} differently when its next number follows; a "
            "tokenizer is needed that parts numbers at commas."
        )
    return NumberTokens(tuple(ids), _spans(pieces, len(numbers) - 1, name), whole[len(ids)])


def _ids(text: str, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _spans(pieces: Sequence[str], count: int, name: str) -> tuple[Span, ...]:
    """The first token of each number and the one after its last, from the texts of the tokens."""
    tokens: list[list[int]] = [[] for _ in range(count)]
    begin = 0
    for token, piece in enumerate(pieces):
        places = range(begin, begin + len(piece))
        inside = {place // WIDTH for place in places if place % WIDTH < WIDTH - 1}
        if len(inside) > 1:
            raise AttributionError(
                f"The token {piece!r} holds digits of {len(inside)} numbers of the series {name}; a "
                "tokenizer is needed that parts numbers at commas."
            )
        for number in inside:
            tokens[number].append(token)
        begin += len(piece)
    return tuple((own[0], own[-1] + 1) for own in tokens)
