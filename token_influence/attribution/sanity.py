"""Does a method notice that a model's weights are random? (Adebayo et al., arXiv 1810.03292)

A method whose scores are nearly the same for a trained model and for one with random weights does not
explain what the model has learned.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from torch import nn
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from token_influence.errors import ModelError

# A method with a larger mean rank correlation between trained and random weights is said not to notice.
UNNOTICED = 0.5

Scores = Sequence[Mapping[str, np.ndarray]]
"""The scores of each prediction under each method's label, as `attribute` returns them."""


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


def rank_correlations(trained: Scores, changed: Scores) -> pd.DataFrame:
    """How alike the scores of each method are before and after the weights are changed.

    One row per method, in the order of the first prediction: `method`, `rank_correlation` (Spearman's,
    over the sources of a prediction, mean over predictions), `standard_error` (over predictions), `n`
    (predictions with at least 3 sources whose scores are not all equal), and `notices`: whether the mean
    is at most `UNNOTICED` = 0.5. Scores that all fall off with distance are alike for this reason alone,
    so the correlation with `distance` should be read beside it.
    """
    rows = []
    for method in trained[0]:
        pairs = [(a[method], b[method]) for a, b in zip(trained, changed, strict=True)]
        values = np.array(
            [spearmanr(a, b).statistic for a, b in pairs if _ranked(a) and _ranked(b)]
        )
        mean = values.mean() if len(values) else np.nan
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        rows.append((method, mean, error, len(values), bool(mean <= UNNOTICED)))
    columns = ["method", "rank_correlation", "standard_error", "n", "notices"]
    return pd.DataFrame(rows, columns=columns)


def _ranked(scores: np.ndarray) -> bool:
    return len(scores) >= 3 and np.ptp(scores) > 0
