"""All that is measured of one series: scores, forecast, and the numbers that answer the questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Token
from token_influence.series.continuations import Continuations
from token_influence.series.digits import two_digits
from token_influence.series.motifs import (
    comparable,
    partial_rank_correlation,
    rank_correlation,
    similarity,
)
from token_influence.series.path import ALPHAS, integrand_norms
from token_influence.series.scores import number_aopc, number_scores
from token_influence.series.sharpness import (
    VARIANTS,
    distance_to_gaussian,
    mean_and_variance,
    variance_slope,
)
from token_influence.series.spelling import next_values, pieces_of
from token_influence.series.tokens import number_tokens


@dataclass(frozen=True)
class Measured:
    """What came out of one series.

    scores: `index` (0-based), `number`, `method`, `score`; one row per number that is read and method.
    forecast: `number` (0 to 99), `probability`, `true` (whether it is the true next number).
    measures: `method` (empty for those of the forecast), `measure`, `value` (docs/series.md).
    """

    scores: pd.DataFrame
    forecast: pd.DataFrame
    measures: pd.DataFrame


def measure(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    values: Sequence[float] | np.ndarray,
    *,
    name: str,
    bos_id: int | None,
    methods: Sequence[str],
    dimension: int,
    seed: int = 0,
    ablated: bool = False,
    path: bool = False,
) -> Measured:
    """Measure how the model continues all values but the last, which is the true one.

    name: of the series in errors and random streams. methods: labels of the registry of attribution.
    dimension: of the delay vectors. ablated: whether numbers are ablated by their scores. path: whether
    the integrand of integrated gradients is followed. Scores explain the first token of the true number.

    Raises AttributionError for a series that is constant, too short or not spelled by the tokenizer, and
    as `attribution.attribute` does.
    """
    compared = comparable(len(values) - 1, dimension, name)
    numbers = two_digits(values, name)
    shown = numbers[:-1]
    tokens = number_tokens(numbers.tolist(), tokenizer, name)
    prediction = Prediction(
        name, tokens.token_ids, len(tokens.token_ids) - 1, Token(tokens.next_id)
    )
    (by_token,) = attribute(model, [prediction], methods, bos_id=bos_id, seed=seed)
    scores = {
        label: number_scores(of_method, tokens.spans, label)
        for label, of_method in by_token.items()
    }
    rows = [
        (label, measure, value)
        for label, of_method in scores.items()
        for measure, value in _similarities(of_method, shown, dimension, compared).items()
    ]
    if ablated:
        areas = number_aopc(model, prediction, scores, tokens.spans, bos_id=bos_id)
        rows += [(label, "aopc", area) for label, area in areas.items()]
    probabilities, norm = _continued(model, tokenizer, tokens.token_ids, bos_id)
    rows += [("", *row) for row in _forecast(probabilities, numbers[-1], norm).items()]
    if path:
        norms = integrand_norms(model, prediction, bos_id=bos_id)
        pairs = zip(ALPHAS, norms, strict=True)
        rows += [("", f"integrand_{alpha:g}", each / norms[-1]) for alpha, each in pairs]
    return _tables(scores, shown, probabilities[:, 0], numbers[-1], rows)


def _continued(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    token_ids: Sequence[int],
    bos_id: int | None,
) -> tuple[np.ndarray, float]:
    """The probabilities [100, variants] of the next number, and ‖y‖₂ at the cut-off."""
    pieces = pieces_of(tokenizer)
    chosen = [piece.id for piece in pieces]
    after = Continuations(model, token_ids, bos_id=bos_id, chosen=chosen, sharpness=VARIANTS)
    return next_values(pieces, after), after.norm


def _tables(
    scores: Mapping[str, np.ndarray],
    shown: np.ndarray,
    probabilities: np.ndarray,
    true: int,
    rows: Sequence[tuple[str, str, float]],
) -> Measured:
    """What was measured, as tables; `rows` are those of the measures."""
    index = range(len(shown))
    of_methods = [
        pd.DataFrame({"index": index, "number": shown, "method": label, "score": of_method})
        for label, of_method in scores.items()
    ]
    numbers = np.arange(len(probabilities))
    forecast = {"number": numbers, "probability": probabilities, "true": numbers == true}
    measures = pd.DataFrame(rows, columns=["method", "measure", "value"])
    return Measured(
        pd.concat(of_methods, ignore_index=True),
        pd.DataFrame(forecast),
        measures.astype({"value": float}),
    )


def _similarities(
    scores: np.ndarray, shown: np.ndarray, dimension: int, compared: slice
) -> dict[str, float]:
    """How the scores go with the place of a number, and with the similarity of what led to it."""
    place, alike = np.arange(len(shown)), similarity(shown, dimension)
    before = np.append(np.nan, alike[:-1])
    given = place[compared]
    return {
        "recency": rank_correlation(scores[compared], given),
        "similarity": partial_rank_correlation(scores[compared], alike[compared], given),
        "following": partial_rank_correlation(scores[compared], before[compared], given),
    }


def _forecast(probabilities: np.ndarray, true: int, norm: float) -> dict[str, float]:
    """The measures of the forecast [100, variants]."""
    own = probabilities[:, 0]
    mean, variance = mean_and_variance(own)
    return {
        "mass": float(own.sum()),
        "loss": float(-np.log(own[true])),
        "error": abs(mean - true),
        "variance": variance,
        "norm": norm,
        "distance_to_gaussian": distance_to_gaussian(own),
        "variance_slope": variance_slope(probabilities),
    }
