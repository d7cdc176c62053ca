"""Simulated arms with a known curve, for tests of their fits."""

import numpy as np
import pandas as pd

from token_influence.decay.settings import Bootstrap, Settings
from token_influence.profiles.normalise import normalised_profiles

BOOTSTRAP = Bootstrap(resamples=200)
PUBLISHED = Settings(["power_law", "exponential"], ["1..40"], [0], bootstrap=BOOTSTRAP)


def decaying(r: np.ndarray) -> np.ndarray:
    return 0.02 + 0.5 * (r + 1) ** -0.85


def rising(r: np.ndarray) -> np.ndarray:
    return 0.03 + 0.0005 * r


def frame(seed: int, windows: int = 12, curve=decaying, noise=0.4, shared=0.1) -> pd.DataFrame:
    """Influence of two positions a window, with noise of its own and noise that a window shares."""
    rng = np.random.default_rng(seed)
    rows = []
    for window in range(windows):
        common = shared * rng.standard_normal()
        for position in rng.choice(np.arange(50, 60), 2, replace=False):
            r = np.arange(position + 1)
            values = curve(r) * np.exp(common + noise * rng.standard_normal(position + 1))
            values[0] = 1.0
            rows.append(
                pd.DataFrame(
                    {"window": window, "position": position, "distance": r, "influence": values}
                )
            )
    return pd.concat(rows, ignore_index=True)


def arm(seeds=(0, 1), **options):
    """The normalised profiles of each seed; options: those of `frame`."""
    return [normalised_profiles(frame(seed, **options), seed) for seed in seeds]


def pooled(records, family="power_law", **where):
    """The one pooled record of a family with these values."""
    (record,) = [
        fit
        for fit in records
        if fit["seed"] == "pooled"
        and fit["family"] == family
        and all(fit[key] == value for key, value in where.items())
    ]
    return record


def width(record, name="p"):
    """The width of a parameter's interval."""
    return record["parameters"][name]["high"] - record["parameters"][name]["low"]
