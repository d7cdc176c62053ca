"""The linear datamodeling score: do sums of scores predict what random ablations do?

After ContextCite (arXiv 2409.00729) and Park et al. (arXiv 2303.14186).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from transformers import PreTrainedModel

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.drops import drops
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import candidates, check_scores, mask
from token_influence.errors import AttributionError
from token_influence.seeds import stream

FEWEST_MASKS = 128
# The name under which the ceiling stands among the methods.
CEILING = "ceiling"
# Penalties of the ceiling's ridge regression, as multiples of its mean squared singular value.
_PENALTIES = np.logspace(-4, 4, 33)


@dataclass(frozen=True)
class Masks:
    """Random masks, the same for all methods: a stream of its own for each prediction's key.

    count: masks of each prediction, at least 128. keep_rate: the probability that a token stays, in
    (0, 1), independent of the others (0.5 in ContextCite). Raises AttributionError for other values.
    """

    count: int = FEWEST_MASKS
    keep_rate: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.count < FEWEST_MASKS or not 0 < self.keep_rate < 1:
            raise AttributionError(
                f"{self.count} masks at the keep rate {self.keep_rate} were asked for; allowed are at "
                f"least {FEWEST_MASKS} masks, and keep rates between 0 and 1."
            )

    def ablated(self, prediction: Prediction, conventions: Conventions) -> np.ndarray:
        """Which sources are ablated, bool [count, position + 1]."""
        generator = stream(self.seed, "masks", prediction.key)
        drawn = generator.random((self.count, prediction.position + 1)) >= self.keep_rate
        drawn[:, ~mask(prediction, candidates(prediction, conventions))] = False
        return drawn


def random_ablations(
    model: PreTrainedModel,
    predictions: Sequence[Prediction],
    conventions: Conventions,
    masks: Masks,
    *,
    bos_id: int | None,
) -> list[np.ndarray]:
    """The drops (nats, [masks]) of each prediction under its random masks; errors: see `drops.drops`."""
    drawn = [masks.ablated(each, conventions) for each in predictions]
    return drops(model, predictions, drawn, conventions, bos_id=bos_id)


def correlations(
    predictions: Sequence[Prediction],
    scores: Sequence[dict[str, np.ndarray]],
    measured: Sequence[np.ndarray],
    conventions: Conventions,
    masks: Masks,
) -> pd.DataFrame:
    """Spearman's rank correlation of predicted with measured drops over random masks.

    measured: the drops that `random_ablations` found under the same conventions and masks.

    The predicted size of a drop is the sum of the scores of the ablated tokens. One row per prediction
    and method: `key`, `method`, `correlation` (1 is best; 0 where a method predicts equal drops). The
    method `ceiling` is what the best scores reach, as far as the masks can tell: it fits scores to one
    half of the masks by ridge regression and tests them on the other half, and the other way round.
    Raises AttributionError for scores that do not fit a prediction.
    """
    rows: list[tuple[str, str, float]] = []
    for prediction, by_method, found in zip(predictions, scores, measured, strict=True):
        check_scores(prediction, by_method)
        ablated = masks.ablated(prediction, conventions)
        for method, values in by_method.items():
            rows.append((prediction.key, method, _correlation(ablated @ values, -found)))
        rows.append((prediction.key, CEILING, ceiling(ablated, -found)))
    return pd.DataFrame(rows, columns=["key", "method", "correlation"])


def ceiling(ablated: np.ndarray, falls: np.ndarray) -> float:
    """The correlation that fitted scores reach on the half of the masks that they were not fitted to.

    ablated: bool [M, S]; falls: [M], how far the prediction fell. The mean over both halves. With few
    masks for each token it lies below the best possible one.
    """
    halves = np.arange(len(ablated)) % 2 == 0
    reached = []
    for fitted in (halves, ~halves):
        weights = _ridge(ablated[fitted].astype(float), falls[fitted])
        reached.append(_correlation(ablated[~fitted] @ weights, falls[~fitted]))
    return float(np.mean(reached))


def _ridge(design: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Coefficients of a ridge regression with intercept; the penalty has the least leave-one-out error.

    The error has a closed form: the residual over 1 − leverage (Golub, Heath and Wahba 1979).
    """
    design, values = design - design.mean(axis=0), values - values.mean()
    left, singular, right = np.linalg.svd(design, full_matrices=False)
    projected = left.T @ values
    best, lowest = np.zeros(design.shape[1]), np.inf
    for penalty in _PENALTIES * np.mean(singular**2):
        shrunk = singular**2 / (singular**2 + penalty)
        leverage = left**2 @ shrunk + 1 / len(values)
        residuals = (values - left @ (shrunk * projected)) / (1 - leverage)
        if (error := float(residuals @ residuals)) < lowest:
            lowest, best = error, right.T @ (singular / (singular**2 + penalty) * projected)
    return best


def _correlation(predicted: np.ndarray, measured: np.ndarray) -> float:
    if np.ptp(predicted) == 0 or np.ptp(measured) == 0:
        return 0.0
    return float(spearmanr(predicted, measured).statistic)
