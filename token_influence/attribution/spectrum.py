"""The spectrum of the Fisher matrix of predictions: how many directions their distributions move in."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from transformers import PreTrainedModel

from token_influence.attribution.eigenpairs import eigenpairs
from token_influence.attribution.predictions import Prediction, check
from token_influence.attribution.reading import Reading
from token_influence.influence.access import check_model, untouched


def spectra(
    model: PreTrainedModel, predictions: Sequence[Prediction], *, bos_id: int | None
) -> pd.DataFrame:
    """All eigenvalues of each prediction's Fisher matrix [d, d], the largest first.

    The matrix is that of the final hidden state at the predicting position (arXiv 2601.16407). One row
    for each prediction and rank: `key`, `rank` (from 1) and `eigenvalue`. The model is left as it was.

    bos_id: a begin-of-text token that is read before every text, if any.

    Raises AttributionError (a prediction that does not fit the model) and ModelError (not a causal
    language model, or one without an output head of its own).
    """
    tables = []
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        check(predictions, model, bos_id)
        for prediction in predictions:
            reading = Reading(model, [prediction], bos_id, seed=0)
            values, _ = eigenpairs(reading.outputs[0], reading.hidden)
            eigenvalues = values[0, 0].cpu().numpy()
            ranks = np.arange(1, len(eigenvalues) + 1, dtype=np.int32)
            tables.append(
                pd.DataFrame({"key": prediction.key, "rank": ranks, "eigenvalue": eigenvalues})
            )
    return pd.concat(tables, ignore_index=True)
