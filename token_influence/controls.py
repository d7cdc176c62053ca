"""How far shuffling moves the parameters of a decay: intact − shuffled, window by window."""

from collections.abc import Sequence

import numpy as np

from token_influence.decay import Record, Settings, trend_record
from token_influence.errors import DecayError
from token_influence.families import FAMILIES
from token_influence.identify import reason_against
from token_influence.profiles import NormalisedProfiles, full_distance
from token_influence.ranged import Ranged, RangedFit, fit_range, span
from token_influence.samples import Documents, Sample, samples

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
    for skip in settings.skip_sources:
        last = min(full_distance(intact, skip), full_distance(shuffled, skip))
        both = [
            samples(profiles, skip, last, settings.bootstrap, documents)
            for profiles in (intact, shuffled)
        ]
        for label in settings.ranges:
            low, high = span(label, last)
            for name in settings.families:
                values = _differences(both, name, low, high, settings)
                where = ("pooled", skip, low, high, label, name)
                records.append(dict(zip(WHERE, where, strict=True)) | values)
    return records


def _differences(
    both: list[list[Sample]], name: str, low: int, high: int, settings: Settings
) -> Record:
    """Verdict and differences of one family on one range; `both` hold each seed's sample and, last,
    the pooled one."""
    parts = [
        [Ranged(sample, low, high, settings.scale, settings.weighting) for sample in each]
        for each in both
    ]
    fits = [[fit_range(part, name) for part in each] for each in parts]
    pooled = parts[0][-1]
    verdicts = [
        _reason(each[-1], found[-1], settings) for each, found in zip(parts, fits, strict=True)
    ]
    reasons = [
        f"{order}: {reason}"
        for order, reason in zip(("intact", "shuffled"), verdicts, strict=True)
        if reason
    ]
    differences = {}
    for parameter in FAMILIES[name].parameters:
        (first, first_all), (second, second_all) = (_values(each[-1], parameter) for each in fits)
        found = pooled.interval(first - second, first_all - second_all, settings.bootstrap)
        found["seeds"] = {
            part.sample.seed: _finite(_values(a, parameter)[0] - _values(b, parameter)[0])
            for part, a, b in zip(parts[0][:-1], fits[0][:-1], fits[1][:-1], strict=True)
        }
        differences[parameter] = found
    return {
        "identified": not reasons,
        "reason": "; ".join(reasons) or None,
        "parameters": differences,
    }


def _reason(part: Ranged, found: RangedFit, settings: Settings) -> str | None:
    fall = trend_record(part, settings.bootstrap)
    return reason_against(
        found.family, found.best, found.spread, part.r[-1], fall, settings.bootstrap
    )


def _values(found: RangedFit, parameter: str) -> tuple[float, np.ndarray]:
    """The estimate of a parameter and its resampled values [B]."""
    if parameter in ("gamma", "beta"):
        return float(getattr(found.best, parameter)[0]), getattr(found.spread, parameter)
    at = [shape.name for shape in found.family.shapes].index(parameter)
    return float(found.best.theta[0, at]), found.spread.theta[:, at]


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
