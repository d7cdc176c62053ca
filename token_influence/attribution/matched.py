"""Faithfulness matched for distance: every method ablates as many tokens at each distance.

A method that names near tokens gains by that alone, since near tokens matter most. Here methods choose
within bands of the distance r = i − j, and a random choice within the band is the zero.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from transformers import PreTrainedModel

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.drops import Replacement, drops
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import candidates, check_scores, mask, ordered
from token_influence.response.ablation import BATCH_SIZE
from token_influence.seeds import stream

# Each from its first distance to before that of the next one.
BANDS = {"0": 0, "1-3": 1, "4-15": 4, "16-63": 16, "64-": 64}
# All bands together in which a choice is left.
ALL = "all"
# Random choices in each band: over hundreds of passages more of them add little.
DRAWS = 4
# The name under which random choices stand among the methods here.
_RANDOM = "random within the band"


def matched(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    scores: Sequence[dict[str, np.ndarray]],
    conventions: Conventions,
    *,
    bos_id: int | None,
    share: float = 0.2,
    draws: int = DRAWS,
    seed: int = 0,
    replace: Replacement = lambda prediction: None,
    batch_size: int = BATCH_SIZE,
) -> pd.DataFrame:
    """The drop of each prediction by each method within each band of distances, less that by chance.

    share: of m candidates in a band, max(1, ⌊share · m⌋) are ablated, by every method.
    draws: the number of random choices whose mean drop is the zero of a band; all choices where there
        are no more than that. Their stream is of the seed and the prediction's key.

    One row per prediction, band and method: `key`, `band` (a name in `BANDS`, or `all`: the tokens of
    all bands in which methods can differ, ablated together), `method`, `tokens` (n), `drop`, `random`
    and `difference` (nats; negative is better than chance). In a band of which every token is ablated
    (r = 0 always) the difference is 0. Errors: see `drops.drops`.
    """
    rows: list[tuple[str, str, str, int]] = []
    masks = []
    for prediction, by_method in zip(predictions, scores, strict=True):
        check_scores(prediction, by_method)
        chosen = list(_choices(prediction, by_method, conventions, share, draws, seed))
        rows += [(prediction.key, band, method, len(tokens)) for band, method, tokens in chosen]
        masks.append(np.array([mask(prediction, tokens) for _, _, tokens in chosen]))
    found = drops(
        model,
        predictions,
        masks,
        conventions,
        bos_id=bos_id,
        replace=replace,
        batch_size=batch_size,
    )
    frame = pd.DataFrame(rows, columns=["key", "band", "method", "tokens"])
    frame = frame.assign(drop=np.concatenate(found))
    by_chance = frame["method"] == _RANDOM
    zero = frame[by_chance].groupby(["key", "band"])["drop"].mean().rename("random")
    frame = frame[~by_chance].join(zero, on=["key", "band"]).reset_index(drop=True)
    return frame.assign(difference=frame["drop"] - frame["random"])


def _choices(
    prediction: Prediction,
    scores: dict[str, np.ndarray],
    conventions: Conventions,
    share: float,
    draws: int,
    seed: int,
) -> Iterator[tuple[str, str, np.ndarray]]:
    """Band, method and the tokens to ablate, for each of both; and then for all bands together."""
    inside = bands(prediction, conventions)
    counts = {band: max(1, int(share * len(positions))) for band, positions in inside.items()}
    for band, positions in inside.items():
        n = counts[band]
        for method, values in scores.items():
            yield band, method, ordered(values, positions)[:n]
        generator = stream(seed, _RANDOM, prediction.key, band)
        few = comb(len(positions), n) <= draws
        every = combinations(positions.tolist(), n) if few else ()
        yield from ((band, _RANDOM, np.array(tokens)) for tokens in every)
        for _ in range(0 if few else draws):
            yield band, _RANDOM, generator.choice(positions, n, replace=False)
    free = {band: positions for band, positions in inside.items() if counts[band] < len(positions)}
    if not free:
        return
    for method, values in scores.items():
        parts = [ordered(values, positions)[: counts[band]] for band, positions in free.items()]
        yield ALL, method, np.concatenate(parts)
    generator = stream(seed, _RANDOM, prediction.key, ALL)
    for _ in range(draws):
        parts = [generator.choice(free[band], counts[band], replace=False) for band in free]
        yield ALL, _RANDOM, np.concatenate(parts)


def bands(prediction: Prediction, conventions: Conventions) -> dict[str, np.ndarray]:
    """The sources that may be ablated in each band that has any."""
    positions = candidates(prediction, conventions)
    positions = positions[positions <= prediction.position]
    index = np.digitize(prediction.position - positions, list(BANDS.values())) - 1
    named = ((name, positions[index == k]) for k, name in enumerate(BANDS))
    return {name: inside for name, inside in named if len(inside)}
