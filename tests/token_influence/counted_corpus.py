"""A corpus whose tokens are counted, for the tests of windows."""

import pandas as pd

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.windows.draw import draw_windows

LENGTHS = [40, 400, 5, 200, 21]
SETTINGS = {"length": 20, "per_seed": 5, "positions": 3, "min_position": 10}


def draw(corpus: TokenisedCorpus, seed: int = 0, earlier=(), **changes) -> pd.DataFrame:
    """Windows of `corpus` under `SETTINGS` with these changes."""
    return draw_windows(corpus, "c", seed, earlier_seeds=earlier, **(SETTINGS | changes))
