"""What the fits on one range are worth: the trend, what is determined, and how families compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from token_influence.decay.comparison import akaike_weights, compare_on_left_out, goodness
from token_influence.decay.fits import FamilyFit, RangedSample, RangeFits, parameter_intervals
from token_influence.decay.identifiability import Trend, reason_against, trend_on
from token_influence.decay.intervals import Interval
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.unconstrained import as_published


@dataclass(frozen=True)
class Judgement:
    """One family on one range.

    reason: why the fit does not determine the parameters, None if it does; goodness: see
    `comparison.goodness`.
    """

    family: str
    reason: str | None
    parameters: Mapping[str, Interval]
    goodness: Mapping[str, Any]

    @property
    def identified(self) -> bool:
        """Whether the fit determines the parameters."""
        return self.reason is None


@dataclass(frozen=True)
class Rivalry:
    """One family beside all others that are fitted to the same range.

    as_published: see `unconstrained.as_published`; left_out: see `comparison.compare_on_left_out`,
    None for a single seed.
    """

    akaike_weight: float | None
    as_published: Mapping[str, Any] | None
    left_out: Mapping[str, Any] | None


@dataclass(frozen=True, eq=False)
class JudgedRange:
    """A sample on one range: its trend, and what is said of each family, by their names."""

    ranged: RangedSample
    trend: Trend
    judgements: Mapping[str, Judgement]
    rivalry: Mapping[str, Rivalry] = field(default_factory=dict)


def judge(fits: RangeFits, compared: Sequence[str], bootstrap: Bootstrap) -> JudgedRange:
    """Judge all fits on one range; compare the families `compared` with one another."""
    ranged = fits.ranged
    trend = trend_on(ranged, bootstrap)
    judgements = {
        name: _judge_family(ranged, name, fit, trend, bootstrap) for name, fit in fits.fits.items()
    }
    rivalry = {}
    if compared:
        weights = akaike_weights([judgements[name].goodness["aicc"] for name in compared])
        pooled = ranged.sample.pooled
        left_out = compare_on_left_out(fits, compared) if pooled else [None] * len(compared)
        for name, weight, numbers in zip(compared, weights, left_out, strict=True):
            rivalry[name] = Rivalry(weight, as_published(name, ranged.r, ranged.median), numbers)
    return JudgedRange(ranged, trend, judgements, rivalry)


def _judge_family(
    ranged: RangedSample, name: str, fit: FamilyFit, trend: Trend, bootstrap: Bootstrap
) -> Judgement:
    return Judgement(
        name,
        reason_against(fit, ranged.r[-1], trend, bootstrap),
        parameter_intervals(ranged, fit, bootstrap),
        goodness(fit.family, fit.best, ranged.r, ranged.median, ranged.weights, ranged.scale),
    )
