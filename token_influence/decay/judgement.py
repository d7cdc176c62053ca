"""What the fits on one range are worth: the trend, what is determined, and how families compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from token_influence.decay.comparison import LEFT_OUT, akaike_weights, compare_on_left_out, goodness
from token_influence.decay.effects import RIVAL, nearness_of
from token_influence.decay.fits import FamilyFit, RangedSample, RangeFits, parameter_intervals
from token_influence.decay.identifiability import Trend, reason_against, trend_on
from token_influence.decay.intervals import Interval
from token_influence.decay.joint import together
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.unconstrained import unconstrained_fit


@dataclass(frozen=True)
class Judgement:
    """One family on one range.

    reason: why the fit does not determine the parameters, None if it does; goodness: see
    `comparison.goodness`; together: see `joint.together`.
    """

    family: str
    reason: str | None
    parameters: Mapping[str, Interval]
    goodness: Mapping[str, Any]
    together: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One family beside the others that are fitted to the same range.

    unconstrained: see `unconstrained.unconstrained_fit`; left_out: the numbers LEFT_OUT of
    `comparison.compare_on_left_out`, which are None for a single seed; nearness: of the profile to
    the power law rather than to this family (see `effects.nearness`), for `effects.RIVAL` alone.
    """

    akaike_weight: float | None
    unconstrained: Mapping[str, Any] | None
    left_out: Mapping[str, Any]
    nearness: Interval | None


@dataclass(frozen=True, eq=False)
class JudgedRange:
    """A sample on one range: its trend, and by family the judgements and comparisons."""

    ranged: RangedSample
    trend: Trend
    judgements: Mapping[str, Judgement]
    comparisons: Mapping[str, Comparison]


def judge(fits: RangeFits, compared: Sequence[str], bootstrap: Bootstrap) -> JudgedRange:
    """Judge all fits on one range; compare the families `compared` with one another."""
    ranged = fits.ranged
    trend = trend_on(ranged, bootstrap)
    judgements = {
        name: _judge_family(ranged, name, fit, trend, bootstrap) for name, fit in fits.fits.items()
    }
    comparisons = _compare(fits, judgements, compared, bootstrap) if compared else {}
    return JudgedRange(ranged, trend, judgements, comparisons)


def _compare(
    fits: RangeFits,
    judgements: Mapping[str, Judgement],
    families: Sequence[str],
    bootstrap: Bootstrap,
) -> dict[str, Comparison]:
    ranged = fits.ranged
    near = {RIVAL: nearness_of(fits, bootstrap)} if RIVAL in families else {}
    weights = akaike_weights([judgements[name].goodness["aicc"] for name in families])
    left_out = [dict.fromkeys(LEFT_OUT)] * len(families)
    if ranged.sample.pooled:
        left_out = compare_on_left_out(fits, families)
    return {
        name: Comparison(
            weight,
            unconstrained_fit(name, ranged.r, ranged.median),
            numbers,
            near.get(name),
        )
        for name, weight, numbers in zip(families, weights, left_out, strict=True)
    }


def _judge_family(
    ranged: RangedSample, name: str, fit: FamilyFit, trend: Trend, bootstrap: Bootstrap
) -> Judgement:
    return Judgement(
        name,
        reason_against(fit, ranged.r[-1], trend, bootstrap),
        parameter_intervals(ranged, fit, bootstrap),
        goodness(fit.family, fit.best, ranged.r, ranged.median, ranged.weights, ranged.scale),
        together(ranged, fit, bootstrap),
    )
