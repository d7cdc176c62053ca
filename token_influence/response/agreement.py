"""Whether the tokens with the largest influence are those whose removal has the largest effect."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from token_influence.decay.settings import Bootstrap
from token_influence.response.decays import EFFECTS
from token_influence.response.resampled import by_windows, columns, table_of_groups

BANDS = {"all": (0, np.inf), "0-15": (0, 15), "16-63": (16, 63), "64-": (64, np.inf)}
"""Bands of distances, by name: lowest and highest, both included."""
TOP = 10
"""Number of the tokens with the largest effect that a score should find."""
FEWEST = 5  # sources in a band, below which no correlation is computed
SCORES = ("influence", "nearness")
"""What is compared with the effect: G, and how near a source is, which needs no model."""


def agreement_table(sources: pd.DataFrame, keys: list[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """One row per arm (`keys`), effect, score, measure and band, from `measure_every_source`.

    measure: `spearman`, the rank correlation of score and effect within a prediction and band; or
    `top`, the share of the `TOP` tokens with the largest effect that are among the score's first. The
    `mean` over predictions has an interval over windows; `n`: number of predictions. For `difference`
    in place of a score: that of influence less that of nearness, within predictions.
    """
    scored = sources.assign(nearness=-sources["distance"])
    each = table_of_groups(
        scored, [*keys, "seed", "window", "position"], lambda one: list(_of_prediction(one))
    )
    return table_of_groups(
        each,
        [*keys, "effect", "score", "measure", "band"],
        lambda group: [_mean(group, bootstrap)],
    )


def _of_prediction(one: pd.DataFrame) -> Iterator[dict[str, object]]:
    for effect in EFFECTS:
        size = one[effect].abs()
        for band, (low, high) in BANDS.items():
            inside = one["distance"].between(low, high)
            if inside.sum() >= FEWEST:
                found = {s: spearman(one[s][inside], size[inside]) for s in SCORES}
                yield from _rows(found, effect, "spearman", band)
        if len(one) > TOP:
            first = set(size.nlargest(TOP).index)
            found = {s: len(first & set(one[s].nlargest(TOP).index)) / TOP for s in SCORES}
            yield from _rows(found, effect, "top", "all")


def _rows(
    found: dict[str, float], effect: str, measure: str, band: str
) -> Iterator[dict[str, object]]:
    whole = found | {"difference": found["influence"] - found["nearness"]}
    for score, value in whole.items():
        yield {"effect": effect, "score": score, "measure": measure, "band": band, "value": value}


def _mean(group: pd.DataFrame, bootstrap: Bootstrap) -> dict[str, object]:
    found = by_windows(group, ["seed", "window", "position"], "measure", "value", bootstrap)
    ones = found.counts @ np.bincount(found.clusters)
    mean = found.interval(float(found.values.mean()), found.resampled_sums[:, 0] / ones)
    return {"n": len(group), **columns("mean", mean)}


def spearman(x: pd.Series, y: pd.Series) -> float:
    """The rank correlation of two columns."""
    return float(np.corrcoef(x.rank(), y.rank())[0, 1])
