"""How the effect of interventions falls with distance, and which family of curves it follows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from token_influence.decay.effects import LEVEL, RIVAL, near_to_far, nearness
from token_influence.decay.fits import FamilyFit
from token_influence.decay.identifiability import (
    Trend,
    direction,
    mean_rank_correlation,
    reason_against,
)
from token_influence.decay.intervals import Interval
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES, POWER_LAW
from token_influence.fitting.least_squares import estimate, parameter_values, predict
from token_influence.response.resampled import (
    FEWEST,
    Windows,
    by_windows,
    columns,
    table_of_groups,
)

EFFECTS = ("log_p", "divergence")
"""The change of the true token's log-probability, whose size counts, and the KL divergence, in nats."""
ROWS = ["seed", "window", "position"]
NEAREST = 1  # distance from which on curves are fitted: r = 0 is the predicting token itself


def long_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """The table of `measure_interventions` with one row per effect: its name, and its `size`."""
    keys = [name for name in effects if name not in EFFECTS]
    long = effects.melt(
        id_vars=keys, value_vars=list(EFFECTS), var_name="effect", value_name="size"
    )
    return long.assign(size=long["size"].abs())


def effects_table(effects: pd.DataFrame, keys: list[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """One row per arm (`keys`), intervention, effect and distance: `median`, with its interval, and `n`.

    effects: as `long_effects` gives them.
    """

    def rows(group: pd.DataFrame) -> list[dict[str, object]]:
        found = by_windows(group, ROWS, "distance", "size", bootstrap)
        number = (~np.isnan(found.values)).sum(axis=0)
        pairs = zip(sorted(set(group["distance"])), number, found.median_intervals(), strict=True)
        return [
            {"distance": distance, "n": int(n)} | columns("median", one)
            for distance, n, one in pairs
        ]

    return table_of_groups(effects, [*keys, "intervention", "effect"], rows)


def fits_table(
    effects: pd.DataFrame,
    keys: list[str],
    families: Sequence[str],
    scale: str,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """One row per arm (`keys`), intervention, effect and family, fitted to the medians by distance.

    The fit is to all measured distances from `NEAREST` on (`distance_min`, `distance_max`, and
    `distances`, their number), with equal weights on the `scale`; families with as many parameters as
    distances are left out. Columns: `near_to_far` and `nearness` (to the power law, as against the
    exponential; docs/verdicts.md), each parameter with its interval, `r_squared` on that scale, and
    whether the fit determines the parameters (`identified`), with the `reason` if it does not.
    """

    def rows(group: pd.DataFrame) -> list[dict[str, object]]:
        far = group[group["distance"] >= NEAREST]
        r = np.array(sorted(set(far["distance"])), dtype=np.float64)
        fitted = [name for name in families if len(FAMILIES[name].parameters) < len(r)]
        found = by_windows(far, ROWS, "distance", "size", bootstrap)
        usable = np.isfinite(found.resampled_medians).all(axis=1)
        if not fitted or not usable.any() or not (found.medians > 0).all():
            return []
        found = replace(found, counts=found.counts[usable])
        return _fits(found, r, fitted, scale)

    return table_of_groups(effects, [*keys, "intervention", "effect"], rows)


def _fits(
    found: Windows, r: np.ndarray, families: Sequence[str], scale: str
) -> list[dict[str, object]]:
    """The row of each family, fitted to the medians and to those of the resamples."""
    medians, resampled = found.medians[None], found.resampled_medians
    resampled = np.maximum(resampled, np.finfo(np.float64).tiny)
    judged = replace(found, bootstrap=replace(found.bootstrap, interval=LEVEL))
    height = judged.interval(float(near_to_far(medians)[0]), near_to_far(resampled))
    best = {name: estimate(FAMILIES[name], r, medians, None, scale) for name in families}
    spread = {
        name: estimate(FAMILIES[name], r, resampled, None, scale, thorough=False)
        for name in families
    }
    place = Interval(None)
    if {POWER_LAW, RIVAL} <= set(families):
        values = [
            nearness(
                profiles,
                predict(FAMILIES[POWER_LAW], fits[POWER_LAW], r),
                predict(FAMILIES[RIVAL], fits[RIVAL], r),
                None,
                scale,
            )
            for profiles, fits in ((medians, best), (resampled, spread))
        ]
        place = judged.interval(float(values[0][0]), values[1])
    trend = _trend(found, height)
    rows = []
    for name in families:
        family = FAMILIES[name]
        reason = _reason(FamilyFit(family, best[name], spread[name]), r[-1], trend, found)
        row: dict[str, object] = {
            "family": name,
            "distance_min": int(r[0]),
            "distance_max": int(r[-1]),
            "distances": len(r),
            "windows": found.units,
            "predictions": len(found.values),
            "scale": scale,
            **columns("near_to_far", height),
            **columns("nearness", place),
            "r_squared": _r_squared(medians[0], predict(family, best[name], r)[0], scale),
            "identified": reason is None,
            "reason": reason,
        }
        for parameter in family.parameters:
            value = float(parameter_values(family, best[name], parameter)[0])
            drawn = parameter_values(family, spread[name], parameter)
            row |= columns(parameter, found.interval(value, drawn))
        rows.append(row)
    return rows


def _trend(found: Windows, height: Interval) -> Trend | None:
    """The trend of the predictions that have all distances; None if too few windows have such ones."""
    whole = np.isfinite(found.values).all(axis=1)
    with_whole = np.unique(found.clusters[whole])
    if len(with_whole) < FEWEST:
        return None
    # A resample may have drawn none of these windows.
    counts = found.counts[found.counts[:, with_whole].any(axis=1)]
    values = mean_rank_correlation(found.values[whole], found.clusters[whole], counts)
    correlation = found.interval(*values)
    return Trend(correlation, direction(correlation.low, correlation.high), height)


def _reason(fit: FamilyFit, last: float, trend: Trend | None, found: Windows) -> str | None:
    """Why the fit does not determine its parameters; None if it does."""
    if trend is None:
        return f"too few windows have all distances to tell; an interval needs {FEWEST}"
    return reason_against(fit, last, trend, found.bootstrap)


def _r_squared(values: np.ndarray, curve: np.ndarray, scale: str) -> float:
    """The share of the variance of `values` that the curve explains, on the scale of the fit."""
    if scale == "log":
        values, curve = np.log(values), np.log(curve)
    return float(1 - ((values - curve) ** 2).sum() / ((values - values.mean()) ** 2).sum())
