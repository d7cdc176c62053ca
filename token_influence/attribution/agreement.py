"""Leave-one-out: how far each token alone moves the prediction, and where a method's top token stands.

The second benchmark in the public code of arXiv 2601.16407.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.drops import Replacement, follow
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import candidates, check_scores, ordered
from token_influence.response.ablation import BATCH_SIZE, Input, log_probabilities
from token_influence.response.single import can_reuse_prefixes, read_single_changes

BY = ("log_probability", "divergence")


def leave_one_out(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    conventions: Conventions,
    *,
    bos_id: int | None,
    replace: Replacement = lambda prediction: None,
    batch_size: int = BATCH_SIZE,
) -> list[dict[str, np.ndarray]]:
    """The effect (nats, [position + 1]) of ablating each source alone, for each prediction.

    `log_probability`: how far that of what `conventions.drop_of` names falls. `divergence`: the
    Kullback-Leibler divergence KL(P‖Q) of the whole distribution Q after the ablation from the intact P.
    Errors: see `drops.drops`.
    """
    followed = follow(model, predictions, conventions, bos_id=bos_id, batch_size=batch_size)
    cached = can_reuse_prefixes(model)
    effects = []
    for prediction, of_prediction in zip(predictions, followed, strict=True):
        intact = log_probabilities(
            model, prediction.read, prediction.position, [None], bos_id=bos_id
        )[0]

        def effect(_: int, row: Tensor, followed=of_prediction, intact=intact):
            return -followed.drop(row), _divergence(intact, row)

        pairs = read_single_changes(
            model,
            Input(prediction.read, prediction.position),
            replace(prediction),
            effect,
            bos_id=bos_id,
            cached=cached,
            batch_size=batch_size,
        )
        effects.append(dict(zip(BY, np.array(pairs).T, strict=True)))
    return effects


def _divergence(intact: Tensor, changed: Tensor) -> float:
    """KL(P‖Q) of two distributions, given as log-probabilities [V]."""
    p, q = intact.double(), changed.double()
    return float(torch.nn.functional.kl_div(q, p, reduction="sum", log_target=True))


def top_ranks(
    predictions: Sequence[Prediction],
    scores: Sequence[dict[str, np.ndarray]],
    effects: Sequence[dict[str, np.ndarray]],
    conventions: Conventions,
) -> pd.DataFrame:
    """Where each method's top token stands in the order of leave-one-out.

    effects: from `leave_one_out`.

    One row per prediction, method and order: `key`, `method`, `by` (a name in `BY`), `rank` (0-based: so
    many tokens have a larger effect) and `percent` (of all candidates, among which the target has no
    effect).
    """
    rows = []
    for prediction, by_method, by_effect in zip(predictions, scores, effects, strict=True):
        check_scores(prediction, by_method)
        positions = candidates(prediction, conventions)
        for by, values in by_effect.items():
            order = ordered(values, positions).tolist()
            for method, of_method in by_method.items():
                rank = order.index(ordered(of_method, positions)[0])
                rows.append((prediction.key, method, by, rank, 100 * rank / len(order)))
    return pd.DataFrame(rows, columns=["key", "method", "by", "rank", "percent"])
