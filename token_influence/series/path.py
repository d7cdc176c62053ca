"""What integrated gradients add up along their path, and where that path leaves the data."""

from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from token_influence.attribution.predictions import Prediction
from token_influence.attribution.reading import Reading
from token_influence.influence.access import untouched

ALPHAS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def integrand_norms(
    model: PreTrainedModel,
    prediction: Prediction,
    *,
    bos_id: int | None,
    alphas: Sequence[float] = ALPHAS,
) -> list[float]:
    """‖x ⊙ ∂s/∂x(αx)‖₂ over all sources, for each α; s is the logit of the target.

    At α = 1 the model reads the text; at a smaller α its embeddings are that much shorter, as no text's
    are. The integral over α from 0 to 1 is what integrated gradients attribute.
    """
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        reading = Reading(model, [prediction], bos_id, seed=0)
        return [
            float((reading.inputs * reading.gradient("logit", scale=alpha)).norm())
            for alpha in alphas
        ]
