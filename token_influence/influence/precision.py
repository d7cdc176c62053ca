"""Whether a faster arithmetic still measures the same decay: asked of each model before its use."""

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
    """The largest relative error of a median profile, and of p in absolute terms, to accept."""

    profile: float = 0.05
    exponent: float = 0.01


@dataclass(frozen=True)
class Agreement:
    """An objective's median profile in two arithmetics; p is of the power law from r = 1 on, or None."""

    objective: str
    profile_error: float
    exponent: float | None
    exponent_fast: float | None

    @property
    def exponent_error(self) -> float:
        """|Δp|; 0 where neither profile decays (so neither has a p), infinite where one does."""
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
    """How far `fast`, the same model in another arithmetic, is from `exact`; records to keep.

    `windows` and `recompute` as for `measure`; a few dozen predictions are enough. Raises ModelError
    when an objective's profile or exponent is further off than `bounds` allow, naming both numbers.
    """
    bounds = bounds or Bounds()
    slow = measure(exact, windows, objectives, bos_id=bos_id, recompute=recompute).influence
    quick = measure(fast, windows, objectives, bos_id=bos_id, recompute=recompute).influence
    records = []
    for objective in sorted(set(objectives)):
        one = compare(slow, quick, objective)
        if not (one.profile_error <= bounds.profile and one.exponent_error <= bounds.exponent):
            raise ModelError(
                f"{fast.dtype} does not measure {one.objective} of this model well enough: the "
                f"profile is off by {one.profile_error:.2g} (allowed: {bounds.profile:g}), p by "
                f"{one.exponent_error:.2g} (allowed: {bounds.exponent:g})."
            )
        records.append(asdict(one) | {"exponent_error": one.exponent_error})
    return records


def describe(record: dict[str, Any]) -> str:
    """A record of `check_precision` in words."""
    p, fast = (
        "none" if record[key] is None else f"{record[key]:.4f}"
        for key in ("exponent", "exponent_fast")
    )
    return (
        f"{record['objective']} against float32: the median profile is off by "
        f"{record['profile_error']:.2g}, p is {fast} for {p} (|Δp| {record['exponent_error']:.2g})"
    )


def compare(exact: pd.DataFrame, fast: pd.DataFrame, objective: str) -> Agreement:
    """Two tables of the same predictions: error of the median profile beyond r = 0, and p."""
    profiles = [median_profile(table[table.objective == objective]) for table in (exact, fast)]
    distance = np.arange(1, profiles[0].size + 1, dtype=float)
    fits = fit(FAMILIES["power_law"], distance, np.stack(profiles))
    error = np.linalg.norm(profiles[1] - profiles[0]) / np.linalg.norm(profiles[0])
    exponents = [None if np.isnan(p) else float(p) for p in fits.theta[:, 0]]
    return Agreement(objective, float(error), *exponents)


def median_profile(table: pd.DataFrame) -> np.ndarray:
    """Median over predictions of G(i, i−r) / G(i, i), for r = 1 up to what all of them have."""
    own = table.influence.where(table.distance == 0).astype(float)
    own = own.groupby([table.window, table.position]).transform("max")
    g = (table.influence / own).groupby(table.distance).median()
    return g.loc[1 : int(table.position.min())].to_numpy()
