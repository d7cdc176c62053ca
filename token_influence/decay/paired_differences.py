"""How far a control moves the parameters of a decay: intact − control, window by window."""

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
    """Intact − control of one parameter: of all seeds pooled, and each seed's own estimate."""

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
    intact: Sequence[NormalisedProfiles],
    control: Sequence[NormalisedProfiles],
    settings: Settings,
    documents: Documents | None = None,
    name: str = "shuffled",
) -> list[dict[str, Any]]:
    """Records of the differences intact − control of every parameter, with paired intervals.

    intact, control: one entry for each seed, in the same order, of the same windows; each resample
    draws a window as often in the one as in the other. documents: as in `decay_records`. Documents
    are the clusters where either arm asks for them. name: the order of the control.
    Raises DecayError where seeds or windows differ.
    """
    for first, second in zip(intact, control, strict=True):
        same = first.seed == second.seed and set(first.windows) == set(second.windows)
        if not same:
            raise DecayError(f"seed {first.seed} has other windows intact than {name}")
    arms = [*intact, *control]
    clusters = choose_clusters([intact, control], settings, documents)
    settings = replace(settings, bootstrap=clusters.of(settings.bootstrap))
    widest = full_distance(arms, min(settings.skip_sources))  # see `decay_records`
    of_arms = [
        samples(profiles, widest, settings.bootstrap, documents) for profiles in (intact, control)
    ]
    chosen = [
        one
        for skip in settings.skip_sources
        for one in settings.chosen(skip, full_distance(arms, skip))
    ]
    differences = {}
    for span in dict.fromkeys(one.span for one in chosen):
        ranged = [
            [on_range(sample, *span, settings.scale, settings.weighting) for sample in of_arm]
            for of_arm in of_arms
        ]
        for family in settings.families:
            differences[span, family] = _differences(
                ranged, family, (INTACT, name), settings.bootstrap
            )
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
    orders: tuple[str, str],
    bootstrap: Bootstrap,
) -> FamilyDifferences:
    """The differences of the family `name` on one range.

    ranged: of the intact arm and of the control, each seed's sample and, last, the pooled one;
    orders: their names.
    """
    family = FAMILIES[name]
    pooled = [of_arm[-1] for of_arm in ranged]
    fits = [fit_family(sample, name) for sample in pooled]
    reasons = [_reason(sample, fit, bootstrap) for sample, fit in zip(pooled, fits, strict=True)]
    own = {
        of_seed.sample.seed: (fit_median(of_seed, name), fit_median(control, name))
        for of_seed, control in zip(ranged[0][:-1], ranged[1][:-1], strict=True)
    }
    parameters = {}
    for parameter in family.parameters:
        best, control_best = (parameter_values(family, fit.best, parameter)[0] for fit in fits)
        spread, control_spread = (parameter_values(family, fit.spread, parameter) for fit in fits)
        parameters[parameter] = Difference(
            pooled[0].interval(best - control_best, spread - control_spread, bootstrap),
            {
                seed: _finite(
                    parameter_values(family, intact, parameter)[0]
                    - parameter_values(family, control, parameter)[0]
                )
                for seed, (intact, control) in own.items()
            },
        )
    named = [f"{order}: {reason}" for order, reason in zip(orders, reasons, strict=True) if reason]
    return FamilyDifferences("; ".join(named) or None, parameters)


def _reason(ranged: RangedSample, fit: FamilyFit, bootstrap: Bootstrap) -> str | None:
    return reason_against(fit, ranged.r[-1], trend_on(ranged, bootstrap), bootstrap)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
