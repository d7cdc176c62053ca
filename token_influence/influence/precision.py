"""The check that a model in faster arithmetic (bfloat16) still measures the same decay."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from transformers import PreTrainedModel

from token_influence.errors import ModelError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit
from token_influence.influence.measure import measure


@dataclass(frozen=True)
class Bounds:
    """The largest errors that are accepted: of a median profile (relative), and of p (absolute)."""

    profile: float = 0.05
    exponent: float = 0.01


@dataclass(frozen=True)
class Agreement:
    """How one objective's median profiles in two arithmetics compare.

    profile_error: relative L2 norm of their difference beyond r = 0; exponent, exponent_fast: p of the
    power law fitted from r = 1 on, None where there is none.
    """

    objective: str
    profile_error: float
    exponent: float | None
    exponent_fast: float | None

    @property
    def exponent_error(self) -> float:
        """|Δp|; 0 where neither profile has a p because neither decays, infinite where one has."""
        if self.exponent is None or self.exponent_fast is None:
            return 0.0 if self.exponent is self.exponent_fast else math.inf
        return abs(self.exponent_fast - self.exponent)


def check_precision(
    exact: PreTrainedModel,
    fast: PreTrainedModel,
    windows: pd.DataFrame,
    objectives: list[str],
    *,
    bos_id: int | None,
    bounds: Bounds | None = None,
    recompute: bool = False,
) -> list[dict[str, Any]]:
    """Compare `fast`, the same model in another arithmetic, with `exact`; one record per objective.

    windows, recompute: as for `measure`; a few dozen predictions are enough. Raises ModelError, with
    both numbers, where an objective's profile or exponent is further off than `bounds` allow.
    """
    bounds = bounds or Bounds()
    slow = measure(exact, windows, objectives, bos_id=bos_id, recompute=recompute).influence
    quick = measure(fast, windows, objectives, bos_id=bos_id, recompute=recompute).influence
    records = []
    for objective in sorted(set(objectives)):
        agreement = compare(slow, quick, objective)
        profile_error, exponent_error = agreement.profile_error, agreement.exponent_error
        if not (profile_error <= bounds.profile and exponent_error <= bounds.exponent):
            raise ModelError(
                f"{fast.dtype} does not measure {objective} of this model well enough: the "
                f"profile is off by {profile_error:.2g} (allowed: {bounds.profile:g}), p by "
                f"{exponent_error:.2g} (allowed: {bounds.exponent:g})."
            )
        records.append(asdict(agreement) | {"exponent_error": exponent_error})
    return records


def describe(record: dict[str, Any]) -> str:
    """A record of `check_precision` in one line of text."""
    p, fast = (
        "none" if record[key] is None else f"{record[key]:.4f}"
        for key in ("exponent", "exponent_fast")
    )
    return (
        f"{record['objective']} against float32: the median profile is off by "
        f"{record['profile_error']:.2g}, p is {fast} for {p} (|Δp| {record['exponent_error']:.2g})"
    )


def compare(exact: pd.DataFrame, fast: pd.DataFrame, objective: str) -> Agreement:
    """Compare two influence tables of the same predictions in one objective."""
    profiles = [median_profile(table[table.objective == objective]) for table in (exact, fast)]
    distance = np.arange(1, profiles[0].size + 1, dtype=float)
    fits = fit(FAMILIES["power_law"], distance, np.stack(profiles))
    error = np.linalg.norm(profiles[1] - profiles[0]) / np.linalg.norm(profiles[0])
    exponents = [None if np.isnan(p) else float(p) for p in fits.theta[:, 0]]
    return Agreement(objective, float(error), *exponents)


def median_profile(table: pd.DataFrame) -> np.ndarray:
    """The median over predictions of G(i, i−r) / G(i, i), for each r ≥ 1 that all of them have."""
    own = table.influence.where(table.distance == 0).astype(float)
    own = own.groupby([table.window, table.position]).transform("max")
    g = (table.influence / own).groupby(table.distance).median()
    return g.loc[1 : int(table.position.min())].to_numpy()
