"""Verdicts on the response to changed inputs (docs/verdicts.md): is it linear, does it decay?"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from token_influence.claims.findings import (
    FEWEST_WINDOWS,
    NO,
    OPEN,
    YES,
    Finding,
    all_of,
    decays,
    estimate,
    rather_power_law,
)
from token_influence.fitting.families import POWER_LAW

STEPS = (0.1, 1.0)
"""The step sizes ε up to which linear response is judged: small, and about that of another token."""
LINEAR, DECAYS = "linear response holds", "interventional influence decays as a power law"
COLUMNS = ["claim", "about", "effect", "answer", "why"]


def response_verdicts(radii: pd.DataFrame, fits: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row per arm (`keys`) and claim: the `answer` (yes, no, open) and `why`.

    radii: of `linearity.radius_table`; fits: of `decays.fits_table`. `about` is the direction and step
    size, or the intervention, that the answer is about.
    """
    rows: list[dict[str, Any]] = []
    names: Any
    for names, group in radii.groupby([*keys, "direction"], sort=False):
        for step in STEPS:
            found = linear_up_to(group, step)
            if found is not None:
                about = f"{names[-1]} direction, ε = {step:g}"
                rows.append(_row(keys, names, LINEAR, about, "true_logit", found))
    if len(fits):
        for names, group in fits.groupby([*keys, "intervention", "effect"], sort=False):
            families: dict[str, Any] = {row["family"]: row for row in group.to_dict("records")}
            if POWER_LAW in families:
                found = all_of([decays(families), rather_power_law(families)])
                rows.append(_row(keys, names, DECAYS, names[-2], names[-1], found))
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS])


def _row(
    keys: Sequence[str], names: Any, claim: str, about: str, effect: str, found: Finding
) -> dict[str, Any]:
    head = dict(zip(keys, names[: len(keys)], strict=True))
    said = {"claim": claim, "about": about, "effect": effect}
    return {**head, **said, "answer": found.answer, "why": found.why}


def linear_up_to(radii: pd.DataFrame, step: float) -> Finding | None:
    """Does the linearity radius exceed `step` at every distance? None where it is not measured.

    radii: the rows of one arm and direction.
    """
    first = radii.iloc[0]
    # The radius is known only within the measured steps, so both sides of `step` must be among them,
    # except where the largest step is the one that is judged.
    if not first["epsilon_min"] < step <= first["epsilon_max"]:
        return None
    windows = int(radii["windows"].min())
    if windows < FEWEST_WINDOWS:
        why = f"{windows} windows are too few to tell; the rules need at least {FEWEST_WINDOWS}"
        return Finding(OPEN, why)
    measured: list[Any] = radii.to_dict("records")
    found = [estimate(row, "radius") for row in measured]
    at_end = step == first["epsilon_max"]
    # One distance is enough for a no, so its interval must hold at all of them at once.
    below = [row for row in measured if row["radius_joint_high"] < step]
    above = [one for one in found if one.low > step or (at_end and one.low == step)]
    if below:
        return Finding(NO, f"the radius lies below it at {len(below)} of {len(found)} distances")
    if len(above) == len(found):
        return Finding(YES, f"the radius lies above it at all {len(found)} distances")
    return Finding(OPEN, f"the radius lies above it at {len(above)} of {len(found)} distances")
