"""How every family stands against the power law alone, on windows that neither was fitted to.

Shares of wins among many families say little about two of them: families that contain one another
share the wins. The published claims are about a power law and one rival at a time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

CHAMPION = "power_law"
DUEL = ("behind_power_law", "behind_power_law_se", "power_law_ahead")


def duels(families: Sequence[str], folds: np.ndarray, left_out: np.ndarray) -> list[dict[str, Any]]:
    """Per family: how far it is behind the power law, and how often the power law is ahead.

    folds: cross-validated errors [families, folds]; left_out: errors [families, resamples] of the
    resamples' fits on what they left out (see `validation`).

    behind_power_law, behind_power_law_se: mean over the folds of the family's error less the power
    law's, fold by fold, and its standard error. power_law_ahead: the share of resamples in which the
    power law has the smaller error (None if none left anything out). None for the power law itself,
    and for all where it was not fitted.
    """
    if CHAMPION not in families:
        return [dict.fromkeys(DUEL) for _ in families]
    champion = families.index(CHAMPION)
    records: list[dict[str, Any]] = []
    for at in range(len(families)):
        behind = folds[at] - folds[champion]
        ahead = left_out[champion] < left_out[at]
        records.append(
            {
                "behind_power_law": float(behind.mean()),
                "behind_power_law_se": float(behind.std(ddof=1) / np.sqrt(len(behind))),
                "power_law_ahead": float(ahead.mean()) if ahead.size else None,
            }
            if at != champion
            else dict.fromkeys(DUEL)
        )
    return records
