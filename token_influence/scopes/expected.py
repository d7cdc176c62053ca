"""Whether the words that one expects to matter do so (the rules stand in docs/scopes.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from token_influence.attribution.spans import Span

NEAREST = 5
"""A word comes out if one of its tokens is among so many of the largest scores."""


def ranks(scores: np.ndarray) -> np.ndarray:
    """The rank [S] of each score [S]: 1 for the largest; equal scores share the better rank.

    >>> ranks(np.array([0.5, 2.0, 0.5])).tolist()
    [2, 1, 2]
    """
    return 1 + (scores[None, :] > scores[:, None]).sum(axis=1)


def found(words: str, span: Span, scores: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """How the tokens of expected words stand under each method's scores [S].

    `rank`: the best rank of their tokens; `by_distance`: the same where the nearest token is the first.
    `comes_out`: whether the rank is among the first 5 and ahead of the one by distance.
    """
    begin, end = span
    sources = len(next(iter(scores.values())))
    rank = {label: int(ranks(values)[begin:end].min()) for label, values in scores.items()}
    by_distance = sources - end + 1
    return {
        "words": words,
        "tokens": list(range(begin, end)),
        "rank": rank,
        "by_distance": by_distance,
        "comes_out": {
            label: best <= NEAREST and best < by_distance for label, best in rank.items()
        },
    }


def spread(spans: Sequence[Span], scores: np.ndarray, squared: bool) -> float | None:
    """Over how many of the tokens of `spans` the scores are spread: (Σe)² / Σe², e being their squares.

    squared: whether the scores are squares already. Between 1 (all on one token) and the number of
    tokens (all equal); None where there are fewer than two tokens, or all scores are 0.

    >>> spread([(0, 2)], np.array([1.0, 1.0, 5.0]), squared=False)
    2.0
    """
    tokens = sorted({k for begin, end in spans for k in range(begin, end)})
    energy = scores[tokens].astype(np.float64)
    if not squared:
        energy = energy**2
    if len(tokens) < 2 or not energy.any():
        return None
    return float(energy.sum() ** 2 / (energy**2).sum())
