"""AOPC and sufficiency: how a prediction falls as its most important tokens go, or as they alone stay.

AOPC: Samek et al. 2017 (arXiv 1509.06321); sufficiency: DeYoung et al. 2020 (arXiv 1911.03429).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from transformers import PreTrainedModel

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.drops import Replacement, drops
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import candidates, check_scores, count, mask, ordered
from token_influence.response.ablation import BATCH_SIZE


def perturb(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    scores: Sequence[dict[str, np.ndarray]],
    conventions: Conventions,
    *,
    bos_id: int | None,
    fractions: Sequence[float] | None = None,
    keep: bool = False,
    replace: Replacement = lambda prediction: None,
    batch_size: int = BATCH_SIZE,
) -> pd.DataFrame:
    """The drop of each prediction at each fraction of its tokens, by each method's scores.

    scores: for each prediction, [position + 1] under the name of each method.
    fractions: those of the conventions by default; many of them make the whole curve.
    keep: ablate all candidates but the first n (sufficiency), instead of the first n.

    One row per prediction, method and fraction: `key`, `method`, `fraction`, `tokens` (n) and `drop`
    (nats; see `drops.drops`, also for errors).
    """
    fractions = conventions.fractions if fractions is None else fractions
    rows, masks = [], []
    for prediction, by_method in zip(predictions, scores, strict=True):
        check_scores(prediction, by_method)
        allowed, of_prediction = candidates(prediction, conventions), []
        for method, values in by_method.items():
            order = ordered(values, allowed)
            for fraction in fractions:
                n = count(prediction, fraction, conventions)
                rows.append((prediction.key, method, fraction, n))
                of_prediction.append(mask(prediction, order[n:] if keep else order[:n]))
        masks.append(np.array(of_prediction))
    found = drops(
        model,
        predictions,
        masks,
        conventions,
        bos_id=bos_id,
        replace=replace,
        batch_size=batch_size,
    )
    frame = pd.DataFrame(rows, columns=["key", "method", "fraction", "tokens"])
    return frame.assign(drop=np.concatenate(found))


def aopc(perturbed: pd.DataFrame, conventions: Conventions) -> pd.DataFrame:
    """The AOPC of each prediction: a table [key × method], from the drops that `perturb` gives."""
    weights = dict(zip(conventions.fractions, conventions.weights(), strict=True))
    counted = perturbed[perturbed["fraction"].isin(weights)]
    terms = counted["drop"] * counted["fraction"].map(weights)
    return counted.assign(term=terms).pivot_table(
        "term", "key", "method", aggfunc="sum", sort=False
    )


def aopc_errors(perturbed: pd.DataFrame, conventions: Conventions) -> pd.Series:
    """The standard error of each method's mean AOPC, as `conventions.standard_error` says.

    NaN for a single prediction over `passages`.
    """
    if conventions.standard_error == "passages":
        return aopc(perturbed, conventions).sem()
    deviations = perturbed.groupby(["method", "fraction"])["drop"]
    by_method: pd.Series = deviations.std(ddof=0) / np.sqrt(deviations.size())
    errors: pd.DataFrame = by_method.unstack("fraction")
    places = list(conventions.fractions)
    if conventions.from_zero:
        places, errors[0.0] = [0.0, *places], 0.0
    halves = np.diff(places) / 2
    if conventions.divided_by_span:
        halves /= places[-1] - places[0]
    squares = errors[places].to_numpy() ** 2
    variances = (squares[:, :-1] + squares[:, 1:]) @ halves**2
    return pd.Series(np.sqrt(variances), index=errors.index)
