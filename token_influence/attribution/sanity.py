"""Does a method notice that a model's weights are random? (Adebayo et al., arXiv 1810.03292)

A method whose scores are nearly the same for a trained model and for one with random weights does not
explain what the model has learned.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from torch import nn
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.errors import ModelError

ALL = "all"


def sanity_check(
    model: PreTrainedModel,
    random: PreTrainedModel,
    predictions: Sequence[Prediction],
    method: str,
    layers: Sequence[int],
    *,
    batch_size: int = 1,
    seed: int = 0,
) -> pd.DataFrame:
    """How alike the scores of each prediction are before and after weights are randomised.

    random: a model of the same architecture with random weights. layers: numbers of topmost layers that
    get its weights, as `randomised_from_the_top` has it; after them all weights are those of `random`.

    One row for each of these and each prediction: `key`, `layers` (text: the number, or `all`) and
    `rank_correlation` (Spearman's, over the sources; NaN with fewer than 3 of them, or where all scores
    are equal). Texts are read without begin-of-text. Random streams are the same for all weights.

    Errors as `attribute`, and ModelError if the model has fewer layers.
    """

    def scores(of: PreTrainedModel) -> list[np.ndarray]:
        found = attribute(of, predictions, [method], bos_id=None, batch_size=batch_size, seed=seed)
        return [values for by_label in found for values in by_label.values()]

    trained, changed = scores(model), {}
    for number in layers:
        with randomised_from_the_top(model, random, number):
            changed[str(number)] = scores(model)
    changed[ALL] = scores(random)
    rows = [
        (prediction.key, name, rank_correlation(before, after))
        for name, found in changed.items()
        for prediction, before, after in zip(predictions, trained, found, strict=True)
    ]
    return pd.DataFrame(rows, columns=["key", "layers", "rank_correlation"])


@contextmanager
def randomised_from_the_top(
    model: PreTrainedModel, random: PreTrainedModel, layers: int
) -> Iterator[PreTrainedModel]:
    """`model` with the weights of `random` in its `layers` topmost layers, and in all after them.

    random: a model of the same architecture with random weights. Within the block the final norm and the
    output head are random too, but a head that is tied to the input embeddings stays. The weights of
    `model` are put back at the end, also after an exception.

    Raises ModelError if the model has fewer layers.
    """
    replaced = _from_the_top(model, layers)
    others = dict(random.named_parameters())
    before = {name: parameter.data for name, parameter in replaced.items()}
    try:
        for name, parameter in replaced.items():
            parameter.data = others[name].data
        yield model
    finally:
        for name, parameter in replaced.items():
            parameter.data = before[name]


def count_layers(model: PreTrainedModel) -> int:
    """The number of layers of `model` that can be randomised."""
    return len(_layers(model))


def _layers(model: PreTrainedModel) -> list[str]:
    """The names of the layers: what the Hugging Face library itself treats as one, lowest first."""
    modules = model.named_modules()
    return [name for name, module in modules if isinstance(module, GradientCheckpointingLayer)]


def _from_the_top(model: PreTrainedModel, layers: int) -> dict[str, nn.Parameter]:
    """The parameters of the `layers` topmost layers, of the final norm and of an untied head."""
    names = _layers(model)
    if not 1 <= layers <= len(names):
        raise ModelError(
            f"{type(model).__name__} has {len(names)} layers that can be randomised, not {layers}."
        )
    within = {
        name: parameter
        for top in names[-layers:]
        for name, parameter in model.get_submodule(top).named_parameters(prefix=top)
    }
    # What is in no layer and in no embedding comes after the layers.
    embeddings = [module for module in model.modules() if isinstance(module, nn.Embedding)]
    early = {id(parameter) for module in embeddings for parameter in module.parameters()}
    after = {
        name: parameter
        for name, parameter in model.named_parameters()
        if not name.startswith(tuple(f"{layer}." for layer in names)) and id(parameter) not in early
    }
    return within | after


def rank_correlation(trained: np.ndarray, changed: np.ndarray) -> float:
    """Spearman's rank correlation of two scores [sources]; NaN where there is no order to compare."""
    if len(trained) < 3 or not np.ptp(trained) or not np.ptp(changed):
        return float("nan")
    return float(spearmanr(trained, changed).statistic)
