"""Scores of many predictions by many methods, with passes shared (definitions: docs/faithfulness.md)."""

from collections.abc import Sequence

import numpy as np
import torch
from transformers import PreTrainedModel

from token_influence.attribution.method import Method
from token_influence.attribution.predictions import Prediction, check
from token_influence.attribution.reading import Reading
from token_influence.attribution.registry import resolve
from token_influence.errors import AttributionError
from token_influence.influence.access import check_model, untouched
from token_influence.response.batches import similar


def attribute(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    methods: Sequence[str | Method],
    *,
    bos_id: int | None,
    batch_size: int = 1,
    seed: int = 0,
) -> list[dict[str, np.ndarray]]:
    """For each prediction the scores (float32 [position + 1], one per source) under each method's label.

    methods: labels such as `semantic` or `fisher-rank=4`, or configured methods (`registry`).
    bos_id: a begin-of-text token that is put before every text, if any; it is read, but is no source.
    batch_size: so many predictions of similar length are read at once; it changes scores by rounding
        alone.
    seed: of the random streams, each of which belongs to one method and one prediction's key.

    A larger score means a more important source. The model is left as it was, also after an exception.
    Raises AttributionError (a prediction that does not fit the model, an unknown method or option,
    scores that are not finite) and ModelError (not a causal language model, or one that a method
    cannot use).

    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> config = LlamaConfig(
    ...     vocab_size=8, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> prediction = Prediction("a text", (1, 2, 3, 4), position=2)
    >>> methods = ["semantic", "distance-p=0.5"]
    >>> (scores,) = attribute(LlamaForCausalLM(config), [prediction], methods, bos_id=None)
    >>> {label: values.shape for label, values in scores.items()}
    {'semantic': (3,), 'distance-p=0.5': (3,)}
    >>> scores["distance-p=0.5"].round(2)
    array([0.58, 0.71, 1.  ], dtype=float32)
    """
    chosen = resolve(methods)
    results: list[dict[str, np.ndarray]] = [{} for _ in predictions]
    # The caller may be inside no_grad or inference_mode.
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        check(predictions, model, bos_id)
        for batch in similar([len(one.read) for one in predictions], batch_size):
            reading = Reading(model, [predictions[k] for k in batch], bos_id, seed)
            for method in chosen:
                scores = method.scores(reading).detach().float().cpu().numpy()
                for row, k in zip(scores, batch, strict=True):
                    results[k][method.label] = _checked(row, predictions[k], method)
    return results


def _checked(row: np.ndarray, prediction: Prediction, method: Method) -> np.ndarray:
    """The scores of a prediction's own sources, from a padded row."""
    scores = row[: prediction.position + 1].copy()
    if not np.isfinite(scores).all():
        raise AttributionError(
            f"The scores of {method.label} are not finite for {prediction.key} at position "
            f"{prediction.position}."
        )
    return scores
