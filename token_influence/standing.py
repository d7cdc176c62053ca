"""What the comparison of the fits says about a power law: by fixed rules, and in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

POWER_LAW = "power_law"
RIVALS = ("exponential", "constant")

CLAUSES = {
    "better": "better than {rivals}",
    "tied": "no better or worse than {rivals} (within one standard error)",
    "worse": "worse than {rivals}",
    "both out": "poorly, and so does {rivals}",
}


@dataclass(frozen=True)
class Verdict:
    """`against`: for each rival that was fitted, a key of `CLAUSES`; empty without an exponent."""

    identified: bool
    against: Mapping[str, str]
    sentence: str


def verdict(fits: Sequence[Mapping[str, Any]]) -> Verdict:
    """How a power law stands against an exponential and a constant.

    fits: the pooled records of one range (see `decay.decay_records`), a power law among them.

    1. Where the power law is not `identified`, nothing is said of an exponent; the sentence gives
       the reason (the profile does not fall, or the data do not determine p).
    2. Otherwise windows left out of the fit decide. A family is *in* if its cross-validated error is
       the least, or larger by at most one standard error of the difference, fold by fold; else it
       is *out*. Power law in and rival out: "better". Both in: "tied". Power law out and rival in:
       "worse". Both out, because the other rival is ahead: "both out".

    R², information criteria and the share of resamples won stand beside the verdict; they do not
    enter it.

    >>> power_law = {"family": "power_law", "identified": True, "cv_verdict": "best"}
    >>> rivals = [
    ...     {"family": "exponential", "cv_verdict": "tie"},
    ...     {"family": "constant", "cv_verdict": "worse"},
    ... ]
    >>> verdict([power_law, *rivals]).against
    {'exponential': 'tied', 'constant': 'better'}
    """
    by_family = {fit["family"]: fit for fit in fits}
    power = by_family[POWER_LAW]
    if not power["identified"]:
        return Verdict(False, {}, f"No power law is claimed, for {power['reason']}.")
    within = {name: fit["cv_verdict"] in ("best", "tie") for name, fit in by_family.items()}
    against = {
        rival: _word(within[POWER_LAW], within[rival]) for rival in RIVALS if rival in within
    }
    return Verdict(True, against, _sentence(against))


def _word(power_law: bool, rival: bool) -> str:
    if power_law:
        return "tied" if rival else "better"
    return "worse" if rival else "both out"


def _sentence(against: Mapping[str, str]) -> str:
    clauses = []
    for word, clause in CLAUSES.items():
        rivals = " and ".join(f"the {rival}" for rival in RIVALS if against.get(rival) == word)
        if rivals:
            clauses.append(clause.format(rivals=rivals))
    return f"The power law predicts windows left out of the fit {', and '.join(clauses)}."
