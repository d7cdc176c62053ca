"""What the explorer of a study's page shows: every profile, and its fits on every range."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from token_influence.fitting.families import FAMILIES
from token_influence.orders import INTACT
from token_influence.profiles.labels import POOLED
from token_influence.tables.arms import PROFILE

LEVELS = ["median", "q05", "q25", "q75", "q95"]
PARAMETERS = ("p", "xi", "kappa", "gamma", "beta")
DIGITS = 5
"""Significant digits that the page holds: more than a plot shows."""


def explorer_data(
    profiles: pd.DataFrame, decay: pd.DataFrame, sweep: pd.DataFrame, headline: Mapping[str, Any]
) -> dict[str, Any]:
    """The profiles and fits as plain data, as JSON has it.

    profiles, decay, sweep: the tables of these names; of the last two, the pooled fits on the
    headline's sources count. `start` are the numbers of the arms that are shown first.
    """
    fits = pd.concat([_chosen(decay, headline), _chosen(sweep, headline)], ignore_index=True)
    # A range may stand in both tables, with the same fit.
    fits = fits.drop_duplicates([*PROFILE, "range", "family"])
    fits_of = dict(list(fits.groupby(PROFILE, sort=False)))
    arms = [
        _arm(names, rows, fits_of.get(names))
        for names, rows in profiles.groupby(PROFILE, sort=False)
    ]
    used = set(fits["family"])
    ranges = fits.sort_values(["distance_min", "distance_max"])["range"].drop_duplicates()
    return {
        "keys": PROFILE,
        "arms": arms,
        "families": [name for name in FAMILIES if name in used],
        "ranges": list(ranges),
        "headline": headline["range"],
        "start": _start(arms),
    }


def _chosen(fits: pd.DataFrame, headline: Mapping[str, Any]) -> pd.DataFrame:
    """The pooled fits on the headline's sources."""
    chosen = (fits["seed"] == POOLED) & (fits["skip_sources"] == headline["skip_sources"])
    return fits[chosen]


def _arm(names: Any, profile: pd.DataFrame, fits: pd.DataFrame | None) -> dict[str, Any]:
    """One profile, at the distances that every prediction has, and its fits by range and family."""
    rows = profile[profile["n"] == profile["n"].max()].sort_values("distance")
    by_range: dict[str, dict[str, Any]] = {}
    for fit in [] if fits is None else fits.to_dict("records"):
        by_range.setdefault(fit["range"], {})[fit["family"]] = _fit(fit)
    return {
        "names": list(names),
        "predictions": int(rows["n"].iloc[0]),
        "distance": [int(r) for r in rows["distance"]],
        **{level: [_short(value) for value in rows[level]] for level in LEVELS},
        "fits": by_range,
    }


def _fit(fit: Mapping[Any, Any]) -> dict[str, Any]:
    """The range, R² and parameters of a fit; the reason instead of parameters without a meaning."""
    about = {
        "distance_min": int(fit["distance_min"]),
        "distance_max": int(fit["distance_max"]),
        "r_squared": _short(fit["r_squared"]),
    }
    if not fit["identified"]:
        return about | {"reason": str(fit["reason"])}
    return about | {
        name: [_short(fit.get(f"{name}{end}")) for end in ("", "_low", "_high")]
        for name in PARAMETERS
        if pd.notna(fit.get(name))
    }


def _short(value: Any) -> float | None:
    return None if pd.isna(value) else float(f"{value:.{DIGITS}g}")


def _start(arms: list[dict[str, Any]]) -> list[int]:
    """The first arm with its controls: other weights or another order, on the same text."""
    model, _, corpus, _, objective = arms[0]["names"]
    alike = []
    for number, arm in enumerate(arms):
        names = arm["names"]
        control = names[1] == "trained" or (names[1], names[3]) == ("random", INTACT)
        if (names[0], names[2], names[4]) == (model, corpus, objective) and control:
            alike.append(number)
    return alike[:4] or [0]
