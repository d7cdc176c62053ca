"""Sequences of token ids: packed for training, cut from documents for judging."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.errors import CorpusError
from token_influence.seeds import stream


def pack(corpora: Sequence[TokenisedCorpus], end: int, length: int, seed: int) -> np.ndarray:
    """int32 `[S, length]`: all documents in a random order, each followed by the token `end`.

    Tokens at the end that do not fill a sequence are dropped. Raises CorpusError if there is not even
    one sequence.
    """
    documents = [
        corpus.tokens[begin:stop] for corpus in corpora for begin, stop in pairwise(corpus.offsets)
    ]
    order = stream(seed, "packing").permutation(len(documents))
    mark = np.array([end], dtype=np.int32)
    tokens = np.concatenate([ids for index in order for ids in (documents[index], mark)])
    count = len(tokens) // length
    if not count:
        raise CorpusError(
            f"The text to learn from has {len(tokens)} tokens, fewer than the {length} of one sequence."
        )
    return tokens[: count * length].reshape(count, length)


def order(count: int, needed: int, seed: int) -> np.ndarray:
    """int `[needed]`: indices of `count` sequences in the order of training, permuted every epoch."""
    epochs = -(-needed // count)
    permutations = [stream(seed, "epoch", epoch).permutation(count) for epoch in range(epochs)]
    return np.concatenate(permutations)[:needed]


def spread(corpus: TokenisedCorpus, name: str, length: int, count: int) -> np.ndarray:
    """int32 `[count, length]`: sequences within documents, without overlap, evenly spread.

    Raises CorpusError if the documents hold fewer.
    """
    starts = [
        start
        for begin, stop in pairwise(corpus.offsets)
        for start in range(begin, stop - length + 1, length)
    ]
    if len(starts) < count:
        raise CorpusError(
            f"The held-out part of the corpus {name!r} has {len(starts)} sequences of {length} tokens, "
            f"fewer than the {count} that the loss is averaged over: hold out more, or ask for fewer."
        )
    chosen = np.linspace(0, len(starts) - 1, count).round().astype(int)
    return np.stack([corpus.tokens[starts[k] : starts[k] + length] for k in chosen])
