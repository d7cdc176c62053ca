"""Windows with their tokens in another order: the controls."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from token_influence.seeds import stream

BLOCK = 16
"""Tokens of a block in the order `blocks16`."""


def shuffle_windows(windows: pd.DataFrame, name: str, seed: int) -> pd.DataFrame:
    """The same windows, each with its tokens under a uniform permutation of its own.

    All `T + 1` tokens are permuted, also the target of the last position. Positions, document and start
    stay as they are, so that window `k` of both orders can be compared as a pair. `name` is the
    corpus's; with `seed` and the window's number it keys the random stream.

    >>> windows = pd.DataFrame({"window": [0], "token_ids": [[5, 6, 7, 8]], "positions": [[2]]})
    >>> shuffled = shuffle_windows(windows, "counting", seed=0)
    >>> sorted(shuffled["token_ids"][0].tolist()), shuffled["positions"][0]
    ([5, 6, 7, 8], [2])
    """
    return _with_tokens(windows, _permuted, "shuffling", name, seed)


def reorder_windows(
    windows: pd.DataFrame, order: str, name: str, seed: int, unigram: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The intact windows in the order of a control (a name in `orders.CONTROLS`).

    All `T + 1` tokens are reordered or, in the order `unigram`, replaced; all other columns stay as
    they are. windows, name, seed: as for `shuffle_windows`; every order has random streams of its own.
    unigram: how often each token occurs in the whole corpus (see `corpora.unigram.count_tokens`), which
    only the order `unigram` needs. Raises ValueError for an order that is no control.

    >>> windows = pd.DataFrame({"window": [0], "token_ids": [[5, 6, 7, 8]]})
    >>> reorder_windows(windows, "reversed", "counting", 0)["token_ids"][0].tolist()
    [8, 7, 6, 5]
    """
    if order == "shuffled":
        return shuffle_windows(windows, name, seed)
    reorder = {
        "blocks16": _with_blocks_permuted,
        "reversed": lambda tokens, _: tokens[::-1],
        "unigram": lambda tokens, rng: _drawn(len(tokens), unigram, rng),
    }
    if order not in reorder:
        raise ValueError(f"{order!r} is no control; allowed are shuffled, {', '.join(reorder)}")
    return _with_tokens(windows, reorder[order], f"order {order}", name, seed)


def _with_tokens(
    windows: pd.DataFrame,
    reorder: Callable[[np.ndarray, np.random.Generator], np.ndarray],
    purpose: str,
    name: str,
    seed: int,
) -> pd.DataFrame:
    """The windows with the tokens that `reorder` makes of each, with a random stream of its own."""
    changed = [
        reorder(np.asarray(tokens), stream(seed, purpose, name, int(window)))
        for window, tokens in zip(windows["window"], windows["token_ids"], strict=True)
    ]
    return windows.assign(token_ids=pd.Series(changed, index=windows.index, dtype=object))


def _permuted(tokens: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(tokens)


def _with_blocks_permuted(tokens: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The blocks of BLOCK tokens under a uniform permutation; the last block may be shorter."""
    blocks = np.split(tokens, range(BLOCK, len(tokens), BLOCK))
    return np.concatenate([blocks[at] for at in rng.permutation(len(blocks))])


def _drawn(number: int, unigram: pd.DataFrame | None, rng: np.random.Generator) -> np.ndarray:
    """So many tokens, each drawn from all tokens of the corpus with equal probability."""
    if unigram is None:
        raise ValueError("the order unigram needs the counts of the corpus's tokens")
    counts = unigram["count"].to_numpy(np.float64)
    return rng.choice(unigram["token_id"].to_numpy(np.int32), number, p=counts / counts.sum())
