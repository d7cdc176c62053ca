"""Predictions of the next token without a network: by its frequency, or by the token before it.

Both count the whole text that the model learns from. They give natural-log probabilities of every
token, whose probabilities are greater than 0 and sum to 1 over the vocabulary.
"""

import numpy as np


class Unigram:
    """Each token by its frequency, with half an occurrence added for every token (Jeffreys)."""

    def __init__(self, tokens: np.ndarray, vocabulary: int) -> None:
        counts = np.bincount(tokens, minlength=vocabulary) + 0.5
        self.log_p = np.log(counts / counts.sum())

    def __call__(self, before: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """log p of each of `tokens`, int `[N]`, whatever stands before it: float `[N]`."""
        return self.log_p[tokens]


class Bigram:
    """Each token by the one before it: interpolated Kneser–Ney smoothing.

    p(w | v) = (c(v w) − D)⁺ / c(v) + D n(v ·) / c(v) p'(w), where n(v ·) is the number of different
    tokens after v, and p'(w) the share of w among the different pairs, discounted in the same way and
    interpolated with equal shares. D = n₁ / (n₁ + 2 n₂), n_k being what occurs exactly k times (Ney,
    Essen and Kneser 1994; Chen and Goodman 1999), so nothing is tuned.
    """

    def __init__(self, tokens: np.ndarray, vocabulary: int) -> None:
        self.vocabulary = vocabulary
        pairs = tokens[:-1].astype(np.int64) * vocabulary + tokens[1:]
        self.pairs, self.counts = np.unique(pairs, return_counts=True)
        first, second = np.divmod(self.pairs, vocabulary)
        self.total = np.bincount(first, weights=self.counts, minlength=vocabulary)
        self.followers = np.bincount(first, minlength=vocabulary)
        self.discount = _discount(self.counts)
        different = np.bincount(second, minlength=vocabulary)
        cut = _discount(different[different > 0])
        rest = cut * np.count_nonzero(different) / vocabulary
        self.continuation = (np.maximum(different - cut, 0) + rest) / different.sum()

    def __call__(self, before: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """log p of each of `tokens` after the token at the same index of `before`: float `[N]`."""
        wanted = before.astype(np.int64) * self.vocabulary + tokens
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        counts = np.where(self.pairs[at] == wanted, self.counts[at], 0)
        total = self.total[before]
        # After a token that nothing ever followed, all probability comes from the continuation.
        seen = np.maximum(total, 1)
        rest = np.where(total > 0, self.discount * self.followers[before] / seen, 1.0)
        p = np.maximum(counts - self.discount, 0) / seen + rest * self.continuation[tokens]
        return np.log(p)


def _discount(counts: np.ndarray) -> float:
    once, twice = (int(np.count_nonzero(counts == k)) for k in (1, 2))
    # If nothing occurs once, the formula gives 0, and unseen pairs would get no probability.
    return once / (once + 2 * twice) if once else 0.5
