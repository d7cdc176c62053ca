"""How far the parameters of two decays of the same windows are apart: first − second, paired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from token_influence.decay.clusters import choose_clusters
from token_influence.decay.fits import FamilyFit, RangedSample, fit_family, fit_median, on_range
from token_influence.decay.identifiability import reason_against, trend_on
from token_influence.decay.intervals import Interval
from token_influence.decay.resampling import Documents, samples
from token_influence.decay.settings import Bootstrap, Settings
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import parameter_values
from token_influence.orders import INTACT
from token_influence.profiles.labels import POOLED
from token_influence.profiles.normalise import NormalisedProfiles, full_distance

WHERE = ["seed", "skip_sources", "distance_min", "distance_max", "range", "family"]


@dataclass(frozen=True)
class Difference:
    """First − second of one parameter: of all seeds pooled, and each seed's own estimate."""

    pooled: Interval
    seeds: Mapping[str, float | None]


@dataclass(frozen=True)
class FamilyDifferences:
    """The differences of a family's parameters; `reason`: why a fit does not determine them."""

    reason: str | None
    parameters: Mapping[str, Difference]

    @property
    def record(self) -> dict[str, Any]:
        """{"identified", "reason", "parameters"}."""
        return {
            "identified": self.reason is None,
            "reason": self.reason,
            "parameters": {
                name: difference.pooled.record | {"seeds": dict(difference.seeds)}
                for name, difference in self.parameters.items()
            },
        }


def paired_differences(
    first: Sequence[NormalisedProfiles],
    second: Sequence[NormalisedProfiles],
    settings: Settings,
    documents: Documents | None = None,
    names: tuple[str, str] = (INTACT, "shuffled"),
) -> list[dict[str, Any]]:
    """Records of the differences first − second of every parameter, with paired intervals.

    first, second: an arm and its control, or two objectives of an arm: one entry for each seed, in the
    same order, of the same windows; each resample draws a window as often in the one as in the other.
    documents: as in `decay_records`. Documents are the clusters where either of both asks for them.
    names: what both are called. Raises DecayError where seeds or windows differ.
    """
    for of_seed, other in zip(first, second, strict=True):
        same = of_seed.seed == other.seed and set(of_seed.windows) == set(other.windows)
        if not same:
            raise DecayError(f"seed {of_seed.seed} has other windows {names[0]} than {names[1]}")
    clusters = choose_clusters([first, second], settings, documents)
    settings = replace(settings, bootstrap=clusters.of(settings.bootstrap))
    both = [*first, *second]
    widest = full_distance(both, min(settings.skip_sources))  # see `decay_records`
    of_arms = [
        samples(profiles, widest, settings.bootstrap, documents) for profiles in (first, second)
    ]
    chosen = [
        one
        for skip in settings.skip_sources
        for one in settings.chosen(skip, full_distance(both, skip))
    ]
    differences = {}
    for span in dict.fromkeys(one.span for one in chosen):
        ranged = [
            [on_range(sample, *span, settings.scale, settings.weighting) for sample in of_arm]
            for of_arm in of_arms
        ]
        for family in settings.families:
            differences[span, family] = _differences(ranged, family, names, settings.bootstrap)
    records = []
    for one in chosen:
        for family in settings.families:
            where = (POOLED, one.skip, one.lowest, one.highest, one.label, family)
            records.append(
                dict(zip(WHERE, where, strict=True))
                | {"clusters": clusters.record}
                | differences[one.span, family].record
            )
    return records


def _differences(
    ranged: Sequence[Sequence[RangedSample]],
    name: str,
    names: tuple[str, str],
    bootstrap: Bootstrap,
) -> FamilyDifferences:
    """The differences of the family `name` on one range.

    ranged: of the first and of the second, each seed's sample and, last, the pooled one.
    """
    family = FAMILIES[name]
    pooled = [of_arm[-1] for of_arm in ranged]
    fits = [fit_family(sample, name) for sample in pooled]
    reasons = [_reason(sample, fit, bootstrap) for sample, fit in zip(pooled, fits, strict=True)]
    own = {
        one.sample.seed: (fit_median(one, name), fit_median(other, name))
        for one, other in zip(ranged[0][:-1], ranged[1][:-1], strict=True)
    }
    parameters = {}
    for parameter in family.parameters:
        best, other_best = (parameter_values(family, fit.best, parameter)[0] for fit in fits)
        spread, other_spread = (parameter_values(family, fit.spread, parameter) for fit in fits)
        parameters[parameter] = Difference(
            pooled[0].interval(best - other_best, spread - other_spread, bootstrap),
            {
                seed: _finite(
                    parameter_values(family, one, parameter)[0]
                    - parameter_values(family, other, parameter)[0]
                )
                for seed, (one, other) in own.items()
            },
        )
    against = [f"{who}: {reason}" for who, reason in zip(names, reasons, strict=True) if reason]
    return FamilyDifferences("; ".join(against) or None, parameters)


def _reason(ranged: RangedSample, fit: FamilyFit, bootstrap: Bootstrap) -> str | None:
    return reason_against(fit, ranged.r[-1], trend_on(ranged, bootstrap), bootstrap)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
