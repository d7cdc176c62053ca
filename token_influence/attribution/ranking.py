"""Which tokens a method names first, and how many of them are ablated."""

import numpy as np

from token_influence.attribution.conventions import Conventions
from token_influence.attribution.predictions import Prediction
from token_influence.errors import AttributionError


def candidates(prediction: Prediction, conventions: Conventions) -> np.ndarray:
    """The positions (ascending) that may be ablated; position + 1 stands for the target.

    Raises AttributionError where there is none.
    """
    positions = np.arange(prediction.position + 1 + conventions.target_token)
    if not conventions.first_token:
        positions = positions[positions != 0]
    if not conventions.predicting_token:
        positions = positions[positions != prediction.position]
    if not len(positions):
        raise AttributionError(f"{prediction.key} has no token that may be ablated.")
    return positions


def count(prediction: Prediction, fraction: float, conventions: Conventions) -> int:
    """How many tokens are ablated at this fraction, at least 1 and at most all candidates."""
    available = len(candidates(prediction, conventions))
    total = prediction.position + 2 if conventions.counted == "text" else available
    return min(max(1, int(total * fraction)), available)


def ordered(scores: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The `positions` by falling score; of equal scores the later position first.

    scores: [position + 1], for the sources. A position beyond them, which is the target, has score 0.
    """
    values = np.append(scores, 0.0)[positions]
    return positions[np.argsort(values, kind="stable")[::-1]]


def check_scores(prediction: Prediction, scores: dict[str, np.ndarray]) -> None:
    """Raise AttributionError unless each method has one finite score for each source."""
    sources = prediction.position + 1
    for method, values in scores.items():
        if values.shape != (sources,) or not np.isfinite(values).all():
            raise AttributionError(
                f"The scores of {method} for {prediction.key} have shape {values.shape} or are not "
                f"finite; {sources} finite numbers are needed, one for each source."
            )


def mask(prediction: Prediction, positions: np.ndarray) -> np.ndarray:
    """The sources (bool [position + 1]) that are among `positions`."""
    return np.isin(np.arange(prediction.position + 1), positions)
