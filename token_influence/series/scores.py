"""Scores of numbers, and how the forecast falls when the numbers with the highest scores are ablated."""

from collections.abc import Mapping, Sequence

import numpy as np
from transformers import PreTrainedModel

from token_influence.attribution.conventions import AS_IN_PAPER
from token_influence.attribution.drops import drops
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import ordered
from token_influence.attribution.spans import Span, combine

SUMMED = ("fisher", "fisher_trace", "fisher_hutchinson", "attention_rollout", "leave_one_out")
"""Methods whose scores are squared norms, shares or drops; those of the others are norms."""


def number_scores(scores: np.ndarray, spans: Sequence[Span], method: str) -> np.ndarray:
    """The score of each number, from those of the tokens [position + 1] by the method of this label.

    The norm over a number's tokens, which is that of the gradient by the whole number; a sum for Fisher
    scores, which are squared already, and for shares and drops.
    """
    name = method.partition("-")[0]
    return combine(scores, spans, "sum" if name in SUMMED else "norm")


def number_aopc(
    model: PreTrainedModel,
    prediction: Prediction,
    scores: Mapping[str, np.ndarray],
    spans: Sequence[Span],
    *,
    bos_id: int | None,
) -> dict[str, float]:
    """The AOPC (nats) of each method's scores [numbers]: below 0 is faithful.

    The numbers with the highest scores are set to zero embeddings, all their tokens together, while
    commas stay: 5, 10 and 20 % of the numbers, at least one. The drop is that of the log-probability of
    the target; the area over the fractions is that of the conventions `as_in_paper`.
    """
    conventions = AS_IN_PAPER
    positions = np.arange(len(spans))
    counts = [max(1, int(len(spans) * share)) for share in conventions.fractions]
    masks = []
    for of_method in scores.values():
        order = ordered(of_method, positions)
        masks += [_mask(prediction, [spans[k] for k in order[:n]]) for n in counts]
    (found,) = drops(model, [prediction], [np.array(masks)], conventions, bos_id=bos_id)
    areas = found.reshape(len(scores), len(counts)) @ conventions.weights()
    return dict(zip(scores, areas.tolist(), strict=True))


def _mask(prediction: Prediction, spans: Sequence[Span]) -> np.ndarray:
    """The tokens (bool [position + 1]) of some numbers."""
    mask = np.zeros(prediction.position + 1, dtype=bool)
    for begin, end in spans:
        mask[begin:end] = True
    return mask
