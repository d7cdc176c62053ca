"""The questions that every claim is made of, each answered with yes, no, or open (docs/verdicts.md).

An answer needs the whole 95 % interval on one side of a stated bound. Otherwise the question is open,
and the finding says how many windows would answer it if the estimate is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.claims.published import EXPONENTS
from token_influence.decay.design import Variance, variance_from, windows_to_decide
from token_influence.decay.effects import RIVAL
from token_influence.fitting.families import POWER_LAW
from token_influence.tables.text import digits

Fit = Mapping[str, Any]
"""A pooled fit of one family: a row of the decay table."""
Fits = Mapping[str, Fit]
"""The pooled fits of one arm and range, by family."""

YES, NO, OPEN = "yes", "no", "open"

FALL = 1.1
"""A profile decays if near distances are more than so many times as high as far ones: a fall of less
than a tenth counts as none (`effects.near_to_far`)."""
NEARNESS = 2 / 3
"""A profile is rather a power law than an exponential if it lies farther than this on the way from the
best exponential to the best power law: nearer to the power law by a factor of two or more."""
COLLAPSE = 1.0
"""The rise of the loss in shuffled text that counts as a collapse, in nats per token."""
FEWEST_WINDOWS = 8
"""With fewer windows every question is open: the error rates were measured from here on."""


@dataclass(frozen=True)
class Finding:
    """The answer to one question, and the numbers behind it in words.

    windows: how many would answer an open question in 80 % of studies if the estimate is right (see
    `design.windows_to_decide`); None where it is answered, or where no number is known.
    """

    answer: str
    why: str
    windows: int | None = None

    @property
    def explanation(self) -> str:
        """Why, and what would answer an open question."""
        if self.windows is None:
            return self.why
        return (
            f"{self.why}; about {self.windows:,} windows would decide, if these numbers are right"
        )


@dataclass(frozen=True)
class Estimate:
    """A number and its interval, [low, high]; NaN where undetermined."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        value, low, high = (digits(one, 2) for one in (self.value, self.low, self.high))
        return f"{value} [{low}, {high}]"


def estimate(fit: Fit, name: str) -> Estimate:
    """The column `name` of a row, with `_low` and `_high`."""
    return Estimate(*(_number(fit.get(f"{name}{end}")) for end in ("", "_low", "_high")))


def _number(value: Any) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def beyond(
    number: Estimate,
    bound: float,
    windows: int,
    variance: Variance | None = None,
    positions: float = 1,
) -> tuple[str, int | None]:
    """Whether a number is larger than a bound, and the windows that would tell if this is open.

    variance, positions: see `design.windows_to_decide`.
    """
    if number.low > bound:
        return YES, None
    if number.high < bound:
        return NO, None
    limits = number.value, number.low, number.high
    return OPEN, windows_to_decide(windows, *limits, bound, variance, positions)


def decays(fits: Fits) -> Finding:
    """Does the profile fall, by more than a tenth? Rising and flat profiles do not."""
    power = fits[POWER_LAW]
    windows = int(power["windows"])
    if windows < FEWEST_WINDOWS:
        why = f"{windows} windows are too few to tell; the rules need at least {FEWEST_WINDOWS}"
        return Finding(OPEN, why, FEWEST_WINDOWS)
    height = estimate(power, "near_to_far")
    answer, needed = beyond(height, FALL, windows)
    words = {
        YES: "the profile falls",
        NO: "the profile does not fall by a tenth",
        OPEN: "it is open whether the profile falls by a tenth",
    }
    why = f"{words[answer]} (near distances are {height} times as high as far ones)"
    return Finding(answer, why, needed)


def rather_power_law(fits: Fits) -> Finding:
    """Is the decay rather a power law than an exponential? Asked only of a profile that falls.

    Where no decay is shown, both curves follow the noise, and their comparison says nothing.
    """
    falls = decays(fits)
    if falls.answer != YES:
        return Finding(OPEN, falls.why, falls.windows)
    if RIVAL not in fits:
        return Finding(OPEN, f"no {RIVAL} was fitted")
    place = estimate(fits[RIVAL], "nearness")
    answer, needed = beyond(place, NEARNESS, int(fits[POWER_LAW]["windows"]))
    words = {
        YES: f"the power law is much nearer to the profile than the {RIVAL}",
        NO: f"the power law is not much nearer to the profile than the {RIVAL}",
        OPEN: f"it is open whether the power law is much nearer to the profile than the {RIVAL}",
    }
    return Finding(answer, f"{words[answer]} (nearness {place})", needed)


def exponent_within(fits: Fits) -> Finding:
    """Does the exponent lie in the published range?"""
    power, (low, high) = fits[POWER_LAW], EXPONENTS
    if not power["identified"]:
        return Finding(OPEN, f"no exponent is determined, for {power['reason']}")
    p = estimate(power, "p")
    windows = int(power["windows"])
    design = variance_from(power), power["predictions"] / windows
    within = f"{low:g}–{high:g}"
    sides = []
    for bound, inside in ((low, YES), (high, NO)):
        answer, needed = beyond(p, bound, windows, *design)
        sides.append(Finding({OPEN: OPEN, inside: YES}.get(answer, NO), "", needed))
    found = all_of(sides)
    words = {
        YES: f"p {p} lies within {within}",
        NO: f"p {p} lies outside {within}",
        OPEN: f"it is open whether p {p} lies within {within}",
    }
    return Finding(found.answer, words[found.answer], found.windows)


def loss_collapses(rise: float, error: float, windows: int) -> Finding:
    """Does shuffling raise the loss by more than `COLLAPSE`? rise ± error, in nats per token."""
    number = Estimate(rise, rise - 1.96 * error, rise + 1.96 * error)
    answer, needed = beyond(number, COLLAPSE, windows)
    words = {
        YES: f"the loss rises by more than {COLLAPSE:g} nat",
        NO: f"the loss rises by less than {COLLAPSE:g} nat",
        OPEN: f"it is open whether the loss rises by more than {COLLAPSE:g} nat",
    }
    return Finding(answer, f"{words[answer]} ({rise:+.2f} ± {error:.2f})", needed)


def all_of(findings: Sequence[Finding]) -> Finding:
    """Yes if all are; no if one is not, whatever the others are; otherwise open."""
    for answer in (NO, OPEN):
        those = [finding for finding in findings if finding.answer == answer]
        if those:
            # Windows that answer every open question; unknown if one of them has no number.
            needed = [finding.windows for finding in those if finding.windows is not None]
            windows = max(needed) if len(needed) == len(those) else None
            return Finding(answer, _joined(those), None if answer == NO else windows)
    return Finding(YES, _joined(findings))


def _joined(findings: Sequence[Finding]) -> str:
    return "; ".join(dict.fromkeys(finding.why for finding in findings))
