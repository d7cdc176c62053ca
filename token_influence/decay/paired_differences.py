"""How far shuffling moves the parameters of a decay: intact − shuffled, window by window."""

from collections.abc import Sequence

import numpy as np

from token_influence.decay.identifiability import reason_against
from token_influence.decay.ranges import Ranged, Ranges, span
from token_influence.decay.records import Record, Settings, trend_record
from token_influence.decay.resampling import Documents, samples
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import Fits
from token_influence.profiles.aggregate import NormalisedProfiles, full_distance

WHERE = ["seed", "skip_sources", "distance_min", "distance_max", "range", "family"]


def paired_differences(
    intact: Sequence[NormalisedProfiles],
    shuffled: Sequence[NormalisedProfiles],
    settings: Settings,
    documents: Documents | None = None,
) -> list[Record]:
    """Differences intact − shuffled of every parameter, pooled, with paired intervals.

    Both hold one part per seed, in the same order, of the same windows: each resample draws a
    window as often in the one as in the other.
    Raises DecayError where seeds or windows differ.
    """
    for first, second in zip(intact, shuffled, strict=True):
        same = first.seed == second.seed and set(first.windows) == set(second.windows)
        if not same:
            raise DecayError(f"seed {first.seed} has other windows intact than shuffled")
    records = []
    ranges = Ranges(settings.scale, settings.weighting)
    arms = [*intact, *shuffled]
    widest = full_distance(arms, min(settings.skip_sources))  # see `decay_records`
    both = [
        samples(profiles, widest, settings.bootstrap, documents) for profiles in (intact, shuffled)
    ]
    for skip in settings.skip_sources:
        last = full_distance(arms, skip)
        for label in settings.ranges:
            low, high = span(label, last)
            parts = [[ranges.part(sample, low, high) for sample in each] for each in both]
            for name in settings.families:
                where = ("pooled", skip, low, high, label, name)
                differences = _differences(parts, name, settings)
                records.append(dict(zip(WHERE, where, strict=True)) | differences)
    return records


def _differences(parts: list[list[Ranged]], name: str, settings: Settings) -> Record:
    """Verdict and differences of one family on one range; `parts` are, of the intact and of the
    shuffled arm, each seed's and, last, the pooled one."""
    pooled = [each[-1] for each in parts]
    verdicts = [_reason(part, name, settings) for part in pooled]
    reasons = [
        f"{order}: {reason}"
        for order, reason in zip(("intact", "shuffled"), verdicts, strict=True)
        if reason
    ]
    differences = {}
    for parameter in FAMILIES[name].parameters:
        first, second = (_values(part.best(name), name, parameter)[0] for part in pooled)
        resampled = [_values(part.fit(name).spread, name, parameter) for part in pooled]
        found = pooled[0].interval(first - second, np.subtract(*resampled), settings.bootstrap)
        found["seeds"] = {
            a.sample.seed: _finite(
                _values(a.best(name), name, parameter)[0]
                - _values(b.best(name), name, parameter)[0]
            )
            for a, b in zip(parts[0][:-1], parts[1][:-1], strict=True)
        }
        differences[parameter] = found
    return {
        "identified": not reasons,
        "reason": "; ".join(reasons) or None,
        "parameters": differences,
    }


def _reason(part: Ranged, name: str, settings: Settings) -> str | None:
    fall, found = trend_record(part, settings.bootstrap), part.fit(name)
    return reason_against(
        found.family, found.best, found.spread, part.r[-1], fall, settings.bootstrap
    )


def _values(fits: Fits, name: str, parameter: str) -> np.ndarray:
    """The values [B] of a parameter of the family `name`."""
    if parameter in ("gamma", "beta"):
        return getattr(fits, parameter)
    at = [shape.name for shape in FAMILIES[name].shapes].index(parameter)
    return fits.theta[:, at]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
