"""Decay fits of one arm as records: every family on every range, with intervals and judgements.

The data go one way: profiles, resampled medians, fits, judgements, records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from token_influence.decay.clusters import Nesting, choose_clusters, nesting, variance_on
from token_influence.decay.design import variance_record
from token_influence.decay.fits import fit_range, on_range
from token_influence.decay.judgement import JudgedRange, Judgement, judge
from token_influence.decay.resampling import Documents, Sample, samples
from token_influence.decay.settings import ChosenRange, Settings
from token_influence.fitting.families import POWER_LAW
from token_influence.profiles.normalise import NormalisedProfiles, full_distance

Record = dict[str, Any]
Span = tuple[int, int]
FamiliesBySpan = Mapping[Span, Sequence[str]]


def decay_records(
    profiles: Sequence[NormalisedProfiles],
    settings: Settings,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> dict[str, Any]:
    """Records "trend" and "fits" of each seed and of all pooled, and "sweep" of all pooled.

    "clusters" says which clusters the resamples drew, and why. A pooled fit of a power law holds the
    variances of p behind its interval (see `design.Variance`), but not if seeds are resampled.
    profiles: one for each seed, of one arm and objective. documents: for each seed, the document of
    each window (needed for document clusters). resample_seeds: seeds are random initialisations, so
    that resamples draw them as well.
    Raises DecayError for fewer than two windows, ranges outside the distances that every prediction
    has, and ranges with no more distances than a family has parameters.

    >>> import numpy as np
    >>> noise = np.random.default_rng(0).lognormal(0, 0.1, size=(8, 40))
    >>> values = (0.1 + 0.9 * np.arange(1, 41) ** -0.8) * noise
    >>> profiles = NormalisedProfiles(values, np.arange(8), np.full(8, 39), seed=0)
    >>> settings = Settings(["power_law", "exponential"], ["1..39"], [0])
    >>> records = decay_records([profiles], settings)
    >>> power_law = next(fit for fit in records["fits"] if fit["seed"] == "pooled")
    >>> p = power_law["parameters"]["p"]
    >>> bool(p["low"] < 0.8 < p["high"]), power_law["identified"], power_law["cv_verdict"]
    (True, True, 'best')
    """
    # Distances that every prediction keeps reach no source that is left out: leaving out more of
    # them shortens the full range and changes nothing within it. So all share samples and fits.
    widest = full_distance(profiles, min(settings.skip_sources))
    clusters = choose_clusters([profiles], settings, documents, resample_seeds)
    settings = replace(settings, bootstrap=clusters.of(settings.bootstrap))
    nested = None if resample_seeds else nesting(profiles, documents)
    *seeds, pooled = samples(profiles, widest, settings.bootstrap, documents, resample_seeds)

    largest = [(skip, full_distance(profiles, skip)) for skip in settings.skip_sources]
    chosen = [settings.chosen(skip, last) for skip, last in largest]
    swept = [choice for skip, last in largest for choice in settings.swept(skip, last)]

    spans = {choice.span: settings.families for choices in chosen for choice in choices}
    swept_spans = {choice.span: settings.swept_families for choice in swept}
    of_seeds = [_judged(sample, spans, {}, settings) for sample in seeds]
    of_pool = _judged(pooled, spans, swept_spans, settings)

    trends: list[Record] = []
    fits: list[Record] = []
    for choices in chosen:
        for of_sample in [*of_seeds, of_pool]:
            for choice in choices:
                judged = of_sample[choice.span]
                trends.append(_where(choice, judged) | judged.trend.record)
                fits += _fit_records(choice, judged, [own[choice.span] for own in of_seeds], nested)
    sweep = [
        record
        for choice in swept
        for record in _sweep_records(choice, of_pool[choice.span], settings.swept_families)
    ]
    return {"clusters": clusters.record, "trend": trends, "fits": fits, "sweep": sweep}


def _judged(
    sample: Sample, spans: FamiliesBySpan, swept: FamiliesBySpan, settings: Settings
) -> dict[Span, JudgedRange]:
    """Each different range of a sample, fitted and judged once.

    spans: the families fitted to each range and compared; swept: those of the sweep.
    """
    judged = {}
    for span in {**spans, **swept}:
        compared = spans.get(span, ())
        ranged = on_range(sample, *span, settings.scale, settings.weighting)
        fits = fit_range(ranged, dict.fromkeys([*compared, *swept.get(span, ())]))
        judged[span] = judge(fits, compared, settings.bootstrap)
    return judged


def _where(choice: ChosenRange, judged: JudgedRange) -> Record:
    """What names a range in a record, and how much the sample holds."""
    sample = judged.ranged.sample
    return {
        "seed": sample.seed,
        "skip_sources": choice.skip,
        "distance_min": choice.lowest,
        "distance_max": choice.highest,
        "range": choice.label,
        "windows": sample.windows,
        "predictions": len(sample.values),
    }


def _fit_records(
    choice: ChosenRange,
    judged: JudgedRange,
    of_seeds: Sequence[JudgedRange],
    nested: Nesting | None,
) -> list[Record]:
    """The record of each family that is compared on a range.

    of_seeds: the same range of each seed. Their estimates stand beside those of the pooled sample,
    because seeds are too few for an interval of their own. nested: of the pooled sample, None if its
    resamples draw seeds.
    """
    records = []
    for name, comparison in judged.comparisons.items():
        judgement = judged.judgements[name]
        parameters = _parameters(judgement)
        if judged.ranged.sample.pooled:
            for parameter, numbers in parameters.items():
                numbers["seeds"] = {
                    own.ranged.sample.seed: own.judgements[name].parameters[parameter].estimate
                    for own in of_seeds
                }
        unconstrained = comparison.unconstrained
        records.append(
            {
                **_where(choice, judged),
                **_verdict(judgement),
                "parameters": parameters,
                **judgement.goodness,
                **judgement.together,
                "unconstrained": None if unconstrained is None else dict(unconstrained),
                **comparison.left_out,
                "akaike_weight": comparison.akaike_weight,
                "nearness": None if comparison.nearness is None else comparison.nearness.record,
            }
        )
        if judged.ranged.sample.pooled and name == POWER_LAW and nested is not None:
            ranged = judged.ranged
            variance = variance_on(
                ranged.values, ranged.r, nested, weights=ranged.weights, scale=ranged.scale
            )
            records[-1] |= variance_record(variance)
    return records


def _sweep_records(
    choice: ChosenRange, judged: JudgedRange, families: Sequence[str]
) -> list[Record]:
    """The parameters of the sweep's families on one of its ranges."""
    return [
        {
            **_where(choice, judged),
            **_verdict(judgement),
            "parameters": _parameters(judgement),
            "n": judgement.goodness["n"],
            "r_squared": judgement.goodness["r_squared"],
        }
        for judgement in (judged.judgements[name] for name in families)
    ]


def _verdict(judgement: Judgement) -> Record:
    """Whether the fit determines the parameters, and if not, why."""
    return {
        "family": judgement.family,
        "identified": judgement.reason is None,
        "reason": judgement.reason,
    }


def _parameters(judgement: Judgement) -> dict[str, Record]:
    """The interval of each parameter, as a new record."""
    return {name: interval.record for name, interval in judgement.parameters.items()}
