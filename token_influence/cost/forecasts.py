"""The cost of continuing number series, in passes over their text."""

from collections.abc import Mapping

from token_influence.config import Study, forecasts, own_values
from token_influence.cost.explanations import passes_of, weights
from token_influence.cost.operations import Facts

SERIES_NUMBERS = 180
NUMBER_TOKENS = 3  # two digits and a comma, where a tokenizer splits them
# The text and some of its continuations, which copy its keys and values: about as long as 3 passes.
FORECAST_PASSES = 4
ABLATIONS = 3  # of each method
PATH_PASSES = 2 * 13


def forecast_operations(study: Study, facts: Mapping[str, Facts]) -> float:
    """Floating-point operations of all scores, forecasts, ablations and paths of number series.

    A pass takes 2 for each token and each weight that it is multiplied with, as for passages. Each
    method counts its own forward pass, though they share it.
    """
    section = study.series
    total = 0.0
    for each in forecasts(study):
        assert section is not None
        own = own_values(study, each.system)
        tokens = NUMBER_TOKENS * (len(own) if own else SERIES_NUMBERS)
        number = 1 if own else section.per_system
        sizes = facts[each.model]
        scores = sum(passes_of(method, sizes, tokens) for method in section.methods)
        passes = number * (scores + FORECAST_PASSES)
        passes += min(number, section.ablated) * (1 + ABLATIONS * len(section.methods))
        passes += min(number, section.paths) * PATH_PASSES
        total += 2 * tokens * passes * weights(sizes)
    return total
