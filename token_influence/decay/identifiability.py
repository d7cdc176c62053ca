"""Whether profiles fall with distance, and whether the data determine a decay's parameters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from token_influence.decay.effects import near_to_far_on
from token_influence.decay.fits import FamilyFit, RangedSample
from token_influence.decay.intervals import Interval
from token_influence.decay.settings import Bootstrap

AT_BOUND = 1e-6  # relative distance to a bound that counts as being at it


def rank_correlations(values: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation [N] of each row of `values` [N, n] with distance.

    −1: the row falls; 1: it rises; 0 for a constant. Only the order of the values counts, so that
    no family is assumed (Spearman, 1904).
    """
    ranks = pd.DataFrame(values).rank(axis=1).to_numpy()
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    distance = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    scale = np.sqrt((ranks**2).sum(axis=1) * (distance**2).sum())
    return np.where(scale > 0, ranks @ distance / np.where(scale > 0, scale, 1), 0.0)


def mean_rank_correlation(
    values: np.ndarray, clusters: np.ndarray, counts: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean rank correlation over the predictions of `values` [N, n], and its resamples [B].

    clusters: int [N], the columns of `counts` int [B, clusters]. The mean of the predictions' own
    correlations is linear in the predictions. That of the median profile is not: it would be nearer
    to 0 in every resample than in the data, because a resampled median is noisier.
    """
    correlations = rank_correlations(values)
    number = counts.shape[1]
    sums = np.bincount(clusters, weights=correlations, minlength=number)
    sizes = np.bincount(clusters, minlength=number)
    return float(correlations.mean()), counts @ sums / (counts @ sizes)


def direction(low: float | None, high: float | None) -> str:
    """ "falls", "rises", or "flat" when the interval of the trend includes 0."""
    if high is not None and high < 0:
        return "falls"
    if low is not None and low > 0:
        return "rises"
    return "flat"


@dataclass(frozen=True)
class Trend:
    """The interval of the mean rank correlation with distance, and the `direction` it shows.

    near_to_far: how far the median profile falls, see `effects.near_to_far`.
    """

    correlation: Interval
    direction: str
    near_to_far: Interval

    @property
    def record(self) -> dict[str, Any]:
        """{"trend", "direction", "near_to_far"}."""
        return {
            "trend": self.correlation.record,
            "direction": self.direction,
            "near_to_far": self.near_to_far.record,
        }


def trend_on(ranged: RangedSample, bootstrap: Bootstrap) -> Trend:
    """The trend of the predictions' profiles on a range."""
    sample = ranged.sample
    value, values = mean_rank_correlation(ranged.values, sample.clusters, sample.counts)
    correlation = ranged.interval(value, values, bootstrap)
    shown = direction(correlation.low, correlation.high)
    return Trend(correlation, shown, near_to_far_on(ranged, bootstrap))


def reason_against(
    fit: FamilyFit, distance_max: float, trend: Trend, bootstrap: Bootstrap
) -> str | None:
    """Why the fit of a decay does not determine its parameters, in words; None if it does.

    distance_max: the largest distance fitted. A parameter that is at its bound in a larger share of
    the resamples than one side of the interval leaves out has no interval.
    """
    family, best, spread = fit.family, fit.best, fit.spread
    if not family.decays:
        return None
    if trend.direction != "falls":
        return _no_fall(trend, bootstrap)
    if best.beta[0] <= 0:
        return "the best fit is a constant (beta = 0)"
    tail = (1 - bootstrap.interval) / 2
    vanished = float(np.mean(spread.beta <= 0))
    if vanished > tail:
        return f"beta is 0 in {vanished:.0%} of the resamples"
    for at, shape in enumerate(family.shapes):
        for bound in shape.bounds(distance_max):
            near = AT_BOUND * abs(bound)
            if abs(best.theta[0, at] - bound) <= near:
                return f"{shape.name} is at its bound {bound:g}"
            share = float(np.mean(np.abs(spread.theta[:, at] - bound) <= near))
            if share > tail:
                return f"{shape.name} is at its bound {bound:g} in {share:.0%} of the resamples"
    return None


def _no_fall(trend: Trend, bootstrap: Bootstrap) -> str:
    verb = "rises" if trend.direction == "rises" else "does not fall"
    rho = trend.correlation
    return (
        f"the profile {verb} with distance (trend {rho.estimate:.2f}, "
        f"{bootstrap.interval:.0%} interval {rho.low:.2f} to {rho.high:.2f})"
    )
