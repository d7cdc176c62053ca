"""Windows with their tokens in another order: the controls."""

import numpy as np
import pandas as pd

from token_influence.seeds import stream


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
    permuted = [
        stream(seed, "shuffling", name, int(window)).permutation(np.asarray(tokens))
        for window, tokens in zip(windows["window"], windows["token_ids"], strict=True)
    ]
    return windows.assign(token_ids=pd.Series(permuted, index=windows.index, dtype=object))
