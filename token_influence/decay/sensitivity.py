"""How the fits of one arm depend on the choices of the analysis, with one choice changed at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from token_influence.decay.comparison import goodness
from token_influence.decay.fits import FamilyFit, RangedSample, parameter_intervals
from token_influence.decay.identifiability import Trend, reason_against, trend_on
from token_influence.decay.resampling import Documents, Sample, samples
from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError
from token_influence.fitting.families import EXPONENTIAL, FAMILIES, POWER_LAW
from token_influence.fitting.least_squares import Scale, estimate, inverse_variance
from token_influence.profiles.labels import POOLED
from token_influence.profiles.normalise import NORMALISATIONS, NormalisedProfiles, full_distance
from token_influence.ranges import span

COMPARED = (POWER_LAW, EXPONENTIAL)
CENTRES = ("median", "mean", "geometric_mean")
WEIGHTINGS = ("uniform", "inverse_variance")
RANGES = ("1..50", "1..100", "1..200", "0..100", "full")
UNCHANGED = "nothing"
"""The key `changed` of the headline itself."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Analysis:
    """One way from the predictions of an arm to its fits; the defaults are those of all results.

    seed: as text, or "pooled"; centre: what summarises the predictions at each distance. The other
    fields are as in `Settings`, and in NORMALISATIONS.
    """

    range: str
    skip_sources: int
    scale: str
    weighting: str
    normalisation: str = "diagonal"
    centre: str = "median"
    seed: str = POOLED


def sensitivity_records(
    profiles: Mapping[str, Sequence[NormalisedProfiles]],
    headline: Analysis,
    skip_sources: Sequence[int],
    bootstrap: Bootstrap,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> list[Record]:
    """The fits of both families by the headline's analysis, and with one choice changed at a time.

    profiles: for each of NORMALISATIONS, one entry for each seed. skip_sources: numbers of first
    positions left out as sources. documents, resample_seeds: as in `decay_records`.

    Each profile is divided by its own value at r = 0, so that γ has one unit in all records; for
    profiles normalised by the diagonal this value is 1. R² is on the scale and with the weights of
    the fit. An analysis that is impossible on this arm, such as a range that is too long, has no
    numbers, and `reason` says why.
    Raises DecayError for fewer than two windows or clusters.
    """
    seeds = [str(of_seed.seed) for of_seed in profiles["diagonal"]]
    widest = full_distance(profiles["diagonal"], min(skip_sources))
    drawn = {
        (name, sample.seed): sample
        for name, of_seeds in profiles.items()
        for sample in samples(of_seeds, widest, bootstrap, documents, resample_seeds)
    }
    records = []
    for changed, value, analysis in variants(headline, skip_sources, seeds):
        sample = drawn[analysis.normalisation, analysis.seed]
        last = full_distance(profiles["diagonal"], analysis.skip_sources)
        records.append(
            {"changed": changed, "value": value} | _fits(sample, analysis, last, bootstrap)
        )
    return records


def variants(
    headline: Analysis, skip_sources: Sequence[int], seeds: Sequence[str]
) -> Iterator[tuple[str, str, Analysis]]:
    """The headline's analysis, and all that differ from it in one choice: (what, to what, analysis)."""
    yield UNCHANGED, "headline", headline
    choices: dict[str, Sequence[Any]] = {
        "centre": CENTRES,
        "normalisation": tuple(NORMALISATIONS),
        "weighting": WEIGHTINGS,
        "scale": get_args(Scale),
        "range": RANGES,
        "skip_sources": skip_sources,
        "seed": seeds if len(seeds) > 1 else (),
    }
    for name, values in choices.items():
        for value in values:
            if value != getattr(headline, name):
                yield name, str(value), replace(headline, **{name: value})


def centred(sample: Sample, centre: str) -> tuple[np.ndarray, np.ndarray]:
    """The profile [distances] of a sample, and those [B, distances] of its resamples.

    centre: of CENTRES. Both are divided by their values at r = 0.
    """
    if centre == "median":
        profile, resampled = sample.median, sample.resampled
    else:
        values = np.log(sample.values) if centre == "geometric_mean" else sample.values
        once = np.ones((1, sample.counts.shape[1]))
        means = _means(values, sample.clusters, np.concatenate([once, sample.counts]))
        means = np.exp(means) if centre == "geometric_mean" else means
        profile, resampled = means[0], means[1:]
    return profile / profile[0], resampled / resampled[:, :1]


def _means(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Means [B, distances] of `values` [predictions, distances] with rows repeated by `counts`.

    clusters: int [predictions], the column of `counts` [B, clusters] that each prediction belongs to.
    """
    members = np.arange(counts.shape[1])[:, None] == clusters
    return counts @ (members @ values) / (counts @ members.sum(axis=1))[:, None]


def _fits(sample: Sample, analysis: Analysis, last: int, bootstrap: Bootstrap) -> Record:
    """The ends of the range, and the fit of each family; where there is none, the reason."""
    try:
        lowest, highest = span(analysis.range, last)
        profile, resampled = (
            values[..., lowest : highest + 1] for values in centred(sample, analysis.centre)
        )
        ranged = RangedSample(sample, lowest, highest, analysis.scale, weights=None)
        if analysis.weighting == "inverse_variance":
            ranged = replace(ranged, weights=inverse_variance(resampled, ranged.r, analysis.scale))
        trend = trend_on(ranged, bootstrap)
        fits = {name: _fit(ranged, name, profile, resampled, trend, bootstrap) for name in COMPARED}
    except DecayError as error:
        none = {"identified": False, "reason": str(error), "r_squared": None, "parameters": {}}
        return {"distance_min": None, "distance_max": None, "fits": dict.fromkeys(COMPARED, none)}
    return {"distance_min": lowest, "distance_max": highest, "fits": fits}


def _fit(
    ranged: RangedSample,
    name: str,
    profile: np.ndarray,
    resampled: np.ndarray,
    trend: Trend,
    bootstrap: Bootstrap,
) -> Record:
    """The record of one family, fitted to `profile` [n] and to `resampled` [B, n] on a range."""
    family, r, weights, scale = FAMILIES[name], ranged.r, ranged.weights, ranged.scale
    fit = FamilyFit(
        family,
        estimate(family, r, profile, weights, scale),
        estimate(family, r, resampled, weights, scale, thorough=False),
    )
    reason = reason_against(fit, r[-1], trend, bootstrap)
    known = goodness(family, fit.best, r, profile, weights, scale)
    return {
        "identified": reason is None,
        "reason": reason,
        "r_squared": known["r_squared" if scale == "linear" else "r_squared_log"],
        "parameters": {
            parameter: interval.record
            for parameter, interval in parameter_intervals(ranged, fit, bootstrap).items()
        },
    }
