"""Decay fits of one arm: every family on every range, with intervals, comparison and a verdict."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from token_influence.decay.comparison import akaike_weights, goodness
from token_influence.decay.duels import DUEL, duels
from token_influence.decay.identifiability import reason_against
from token_influence.decay.intervals import Bootstrap
from token_influence.decay.ranges import Ranged, RangedFit, Ranges, parameters, span
from token_influence.decay.resampling import Documents, samples
from token_influence.decay.trend import direction, trend
from token_influence.decay.validation import (
    compare,
    cross_validated,
    left_out_errors,
    left_out_medians,
    win_shares,
)
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.unconstrained import as_published
from token_influence.profiles.aggregate import NormalisedProfiles, full_distance

Record = dict[str, Any]
CROSS_VALIDATED = ("cv_error", "cv_error_se", "cv_excess", "cv_excess_se", "cv_verdict")
VALIDATED = ("win_share", *CROSS_VALIDATED, *DUEL)
SHORTEST_SWEPT = 10  # distances that a range of the sweep holds at least


@dataclass(frozen=True)
class Sweep:
    """Ranges from each of `lowest` to each of `highest`, and to the largest distance there is."""

    families: Sequence[str]
    lowest: Sequence[int]
    highest: Sequence[int]

    def ranges(self, last: int) -> list[str]:
        """Labels of the ranges within 0..last that are not too short."""
        ends = sorted({end for end in self.highest if end < last} | {last})
        pairs = [(low, end) for low in sorted(set(self.lowest)) for end in ends]
        return [f"{low}..{end}" for low, end in pairs if end - low + 1 >= SHORTEST_SWEPT]


@dataclass(frozen=True)
class Settings:
    """What is fitted and how.

    families: names in `FAMILIES`; ranges: "LOWEST..HIGHEST" in distances, or "full";
    scale: "linear" or "log"; weighting: "uniform" or "inverse_variance".

    >>> settings = Settings(families=["power_law"], ranges=["1..100"], skip_sources=[0])
    >>> settings.scale, settings.bootstrap.resamples
    ('linear', 1000)
    """

    families: Sequence[str]
    ranges: Sequence[str]
    skip_sources: Sequence[int]
    scale: str = "linear"
    weighting: str = "uniform"
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    sweep: Sweep | None = None

    def __post_init__(self) -> None:
        swept = [] if self.sweep is None else self.sweep.families
        unknown = [name for name in [*self.families, *swept] if name not in FAMILIES]
        if unknown:
            raise DecayError(f"family {unknown[0]!r} is none of {', '.join(FAMILIES)}")


def decay_records(
    profiles: Sequence[NormalisedProfiles],
    settings: Settings,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> dict[str, list[Record]]:
    """Records "trend" and "fits" of each seed and of all pooled, and "sweep" of all pooled.

    profiles: one per seed, of one arm and objective. documents: per seed, the document of each
    window (for document clusters). resample_seeds: seeds are initialisations, drawn as well.
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
    records: dict[str, list[Record]] = {"trend": [], "fits": [], "sweep": []}
    ranges = Ranges(settings.scale, settings.weighting)
    described: dict[Ranged, tuple[Record, list[Record]]] = {}
    # Distances that every prediction keeps reach no source that is left out: skipping more of them
    # shortens the full range and changes nothing within it, so that all share samples and fits.
    widest = full_distance(profiles, min(settings.skip_sources))
    each = samples(profiles, widest, settings.bootstrap, documents, resample_seeds)
    for skip in settings.skip_sources:
        last = full_distance(profiles, skip)
        spans = [(label, *span(label, last)) for label in settings.ranges]
        for sample in each:
            for label, low, high in spans:
                part = ranges.part(sample, low, high)
                if part not in described:
                    described[part] = _describe(part, settings)
                fall, fits = deepcopy(described[part])
                where = _where(part, skip, label)
                records["trend"].append(where | fall)
                records["fits"] += [where | fit for fit in fits]
        if settings.sweep is not None:
            for label in settings.sweep.ranges(last):
                part = ranges.part(each[-1], *span(label, last))
                where = _where(part, skip, label)
                records["sweep"] += [where | fit for fit in _sweep(part, settings, settings.sweep)]
    _add_seed_values(records["fits"])
    return records


def _describe(part: Ranged, settings: Settings) -> tuple[Record, list[Record]]:
    """A range's trend and its fit of every family, judged by left-out windows if pooled."""
    fall = trend_record(part, settings.bootstrap)
    fits = [
        _verdict(part, part.fit(name), fall, settings.bootstrap)
        | _goodness(part, name)
        | {"as_published": as_published(name, part.r, part.median)}
        | dict.fromkeys(VALIDATED)
        for name in settings.families
    ]
    weights = akaike_weights([record["aicc"] for record in fits])
    for record, weight in zip(fits, weights, strict=True):
        record["akaike_weight"] = weight
    if part.sample.pooled:
        unseen = left_out_medians(part)
        shares = win_shares(part, settings.families, unseen)
        folds = cross_validated(part, settings.families)
        against = duels(settings.families, folds, left_out_errors(part, settings.families, unseen))
        for record, validated, duel in zip(fits, compare(folds), against, strict=True):
            record |= validated | duel | {"win_share": shares[record["family"]]}
    return fall, fits


def _sweep(part: Ranged, settings: Settings, sweep: Sweep) -> list[Record]:
    """The parameters of the sweep's families on one of its ranges."""
    fall = trend_record(part, settings.bootstrap)
    return [
        _verdict(part, part.fit(name), fall, settings.bootstrap)
        | {"n": len(part.r), "r_squared": _goodness(part, name)["r_squared"]}
        for name in sweep.families
    ]


def trend_record(part: Ranged, bootstrap: Bootstrap) -> Record:
    """The range's trend with its interval, and the direction that follows."""
    sample = part.sample
    value, values = trend(part.values, sample.clusters, sample.counts)
    record = part.interval(value, values, bootstrap)
    return {"trend": record, "direction": direction(record["low"], record["high"])}


def _where(part: Ranged, skip: int, label: str) -> Record:
    return {
        "seed": part.sample.seed,
        "skip_sources": skip,
        "distance_min": part.low,
        "distance_max": part.high,
        "range": label,
        "windows": part.sample.windows,
        "predictions": len(part.values),
    }


def _goodness(part: Ranged, name: str) -> Record:
    best = part.best(name)
    return goodness(FAMILIES[name], best, part.r, part.median, part.weights, part.scale)


def _verdict(part: Ranged, fit: RangedFit, fall: Record, bootstrap: Bootstrap) -> Record:
    reason = reason_against(fit.family, fit.best, fit.spread, part.r[-1], fall, bootstrap)
    return {
        "family": fit.family.name,
        "identified": reason is None,
        "reason": reason,
        "parameters": parameters(part, fit, bootstrap),
    }


def _add_seed_values(fits: list[Record]) -> None:
    """Beside each pooled estimate: the seeds' own values, which are too few for an interval."""

    def key(record: Record) -> tuple[Any, ...]:
        return tuple(record[name] for name in ("skip_sources", "range", "family"))

    pooled = {key(record): record for record in fits if record["seed"] == "pooled"}
    for record in fits:
        for name, numbers in pooled[key(record)]["parameters"].items():
            if record["seed"] != "pooled":
                value = record["parameters"][name]["estimate"]
                numbers.setdefault("seeds", {})[record["seed"]] = value
