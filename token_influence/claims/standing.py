"""When a power law counts as better than a rival: one rule, for the study and for the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.decay.comparison import CHAMPION

Fit = Mapping[str, Any]

AHEAD, NOT_AHEAD, UNCLEAR = "ahead", "not ahead", "open"
CERTAIN = 0.95  # share of resamples in which the power law must be ahead
RIVALS = ("exponential", "constant")


def duel(fits: Mapping[str, Fit], rival: str) -> str:
    """How the power law stands against `rival` on windows that neither was fitted to.

    fits: the pooled fits of one range by family.

    "ahead": the rival's cross-validated error is larger by more than one standard error of the
    difference, and the power law has the smaller error in `CERTAIN` of the resamples. "not ahead":
    the rival's error is not larger by more than that, and the power law has the smaller error in no
    more than half of the resamples. "open": anything else, and where the rival was not fitted.
    """
    fit = fits.get(rival)
    if fit is None or pd.isna(fit["power_law_ahead"]):
        return UNCLEAR
    clear = fit["behind_power_law"] > fit["behind_power_law_se"]
    if clear and fit["power_law_ahead"] >= CERTAIN:
        return AHEAD
    return NOT_AHEAD if not clear and fit["power_law_ahead"] <= 0.5 else UNCLEAR


@dataclass(frozen=True)
class Verdict:
    """`against`: for each rival that was fitted, what `duel` says; empty without an exponent."""

    identified: bool
    against: Mapping[str, str]
    sentence: str


def verdict(fits: Sequence[Fit]) -> Verdict:
    """How a power law stands against an exponential and a constant.

    fits: the pooled records of one range (see `decay.decay_records`), a power law among them.

    Where the power law is not `identified`, nothing is said of an exponent; the sentence gives the
    reason (the profile does not fall, or the data do not determine p). Otherwise windows left out
    of the fit decide, by the rule of docs/verdicts.md: the power law is "ahead" of a rival or "not
    ahead", or that is "open", and the sentence says why it is undecided.

    R² and information criteria stand beside the verdict; they do not enter it.

    >>> power_law = {"family": "power_law", "identified": True, "predictions": 8}
    >>> far = {"behind_power_law": 0.03, "behind_power_law_se": 0.01, "power_law_ahead": 1.0}
    >>> near = {"behind_power_law": 0.03, "behind_power_law_se": 0.02, "power_law_ahead": 0.9}
    >>> fits = [power_law, {"family": "exponential", **near}, {"family": "constant", **far}]
    >>> verdict(fits).against
    {'exponential': 'open', 'constant': 'ahead'}
    """
    by_family = {str(fit["family"]): fit for fit in fits}
    power = by_family[CHAMPION]
    if not power["identified"]:
        return Verdict(False, {}, f"No power law is claimed, for {power['reason']}.")
    against = {rival: duel(by_family, rival) for rival in RIVALS if rival in by_family}
    return Verdict(True, against, _sentence(by_family, against))


def _sentence(fits: Mapping[str, Fit], against: Mapping[str, str]) -> str:
    """What was found of each rival: the decided first, then the undecided with the numbers."""
    if not against:
        return "The power law was compared with no rival."
    found = {
        word: [rival for rival, outcome in against.items() if outcome == word]
        for word in (AHEAD, NOT_AHEAD, UNCLEAR)
    }
    clauses = [
        f"{words} {listed(found[word])}"
        for word, words in ((AHEAD, "better than"), (NOT_AHEAD, "no better than"))
        if found[word]
    ]
    said = f"The power law predicts windows left out of the fit {', and '.join(clauses)}."
    if not found[UNCLEAR]:
        return said
    why = "; ".join(_distance(rival, fits[rival]) for rival in found[UNCLEAR])
    number = fits[CHAMPION]["predictions"]
    undecided = (
        f"Whether the power law is better than {listed(found[UNCLEAR])} is undecided "
        f"with {number} predictions: {why}."
    )
    return f"{said} {undecided}" if clauses else undecided


def _distance(rival: str, fit: Fit) -> str:
    """How far a rival is from the power law, in the numbers that `duel` looks at."""
    behind, error = fit["behind_power_law"], fit["behind_power_law_se"]
    side = "smaller" if behind < 0 else "larger"
    far = f"the error of the {rival} is {side} by {abs(behind):.2g} ± {error:.2g}"
    if pd.isna(fit["power_law_ahead"]):
        return f"{far}, and no resample left a window out"
    return f"{far}, and the power law is ahead in {fit['power_law_ahead']:.1%} of the resamples"


def listed(rivals: Sequence[str]) -> str:
    """Rivals in a sentence, such as "the exponential and the constant"."""
    return " and ".join(f"the {rival}" for rival in rivals)
