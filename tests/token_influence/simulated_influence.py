"""Random influence values of a few predictions, for tests of their profiles."""

import numpy as np
import pandas as pd


def influence(positions=((0, 5), (0, 9), (3, 7)), seed=0) -> pd.DataFrame:
    """One row for each distance of each (window, position)."""
    rng = np.random.default_rng(seed)
    frames = [
        pd.DataFrame(
            {
                "window": window,
                "position": position,
                "distance": np.arange(position + 1),
                "influence": rng.lognormal(size=position + 1).astype(np.float32),
            }
        )
        for window, position in positions
    ]
    return pd.concat(frames, ignore_index=True)
