"""What is explained of a prediction: a scalar of its logits, as a weighted sum of single logits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """One summand of a target: `weight` times the logit of token `id` at `position`."""

    position: int
    id: int
    weight: float


@dataclass(frozen=True)
class TrueToken:
    """The token that follows in the text."""

    def terms(self, token_ids: Sequence[int], position: int, predicted: int) -> list[Term]:
        """The one logit of this target."""
        return [Term(position, token_ids[position + 1], 1.0)]


@dataclass(frozen=True)
class Predicted:
    """The token with the largest logit (of the intact text, also where a method changes the input)."""

    def terms(self, token_ids: Sequence[int], position: int, predicted: int) -> list[Term]:
        """The one logit of this target."""
        return [Term(position, predicted, 1.0)]


@dataclass(frozen=True)
class Token:
    """The token `id`, whatever follows in the text."""

    id: int

    def terms(self, token_ids: Sequence[int], position: int, predicted: int) -> list[Term]:
        """The one logit of this target."""
        return [Term(position, self.id, 1.0)]


@dataclass(frozen=True)
class Contrast:
    """Why token `a` rather than token `b`: the logit of `a` minus that of `b`."""

    a: int
    b: int

    def terms(self, token_ids: Sequence[int], position: int, predicted: int) -> list[Term]:
        """Both logits of this target."""
        return [Term(position, self.a, 1.0), Term(position, self.b, -1.0)]


@dataclass(frozen=True)
class Tokens:
    """Several tokens, such as the pieces of a word: the sum of their logits.

    at: pairs (position, id). Each token is predicted at its own position, where the text up to there is
    given. No position lies after that of the prediction.
    """

    at: tuple[tuple[int, int], ...]

    def terms(self, token_ids: Sequence[int], position: int, predicted: int) -> list[Term]:
        """The logits of this target."""
        return [Term(where, token, 1.0) for where, token in self.at]


Target = TrueToken | Predicted | Token | Contrast | Tokens
"""`terms(token_ids, position, predicted)` gives its logits; `predicted` is the arg-max token's id."""
