"""The rules of docs/verdicts.md: when a power law counts as better, and when a claim is reproduced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.claims.published import EXPONENTS
from token_influence.decay.comparison import CHAMPION

Fit = Mapping[str, Any]
"""A pooled fit of one family: a record of `decay_records`, or a row of the decay table."""

AHEAD, NOT_AHEAD, UNCLEAR = "ahead", "not ahead", "open"
CERTAIN = 0.95
"""The share of resamples in which the power law must have the smaller error to be ahead."""

REPRODUCED, NOT, OPEN = "reproduced", "not reproduced", "undecided"
COLLAPSE = 1.0
"""The rise of the loss in shuffled text that counts as a collapse, in nats per token."""
STANDARD_ERRORS = 2
"""By so many standard errors the rise of the loss must exceed `COLLAPSE`, or stay below it."""


def duel(fits: Mapping[str, Fit], rival: str) -> str:
    """How the power law compares with `rival` on windows that neither was fitted to.

    fits: the pooled fits of one range by family.

    "ahead": the rival's cross-validated error is larger by more than one standard error of the
    difference, and the power law has the smaller error in at least `CERTAIN` of the resamples.
    "not ahead": the rival's error is not larger by more than that, and the power law has the smaller
    error in at most half of the resamples. "open": anything else, also where the rival was not fitted.
    """
    fit = fits.get(rival)
    if fit is None or pd.isna(fit["power_law_ahead"]):
        return UNCLEAR
    clear = fit["behind_power_law"] > fit["behind_power_law_se"]
    if clear and fit["power_law_ahead"] >= CERTAIN:
        return AHEAD
    return NOT_AHEAD if not clear and fit["power_law_ahead"] <= 0.5 else UNCLEAR


def listed(rivals: Sequence[str]) -> str:
    """Rivals in a sentence, such as "the exponential and the constant"."""
    return " and ".join(f"the {rival}" for rival in rivals)


@dataclass(frozen=True)
class Measured:
    """One arm and objective: its rows of the decay table by family, and its loss in nats per token."""

    fits: Mapping[str, Fit]
    loss: float
    loss_se: float

    @property
    def power(self) -> Fit:
        """The power law's row."""
        return self.fits[CHAMPION]

    @property
    def direction(self) -> str:
        """Whether the profile "falls", "rises" or is "flat"."""
        return str(self.power["direction"])


@dataclass(frozen=True)
class Judgement:
    """A rule's verdict, the reason in one sentence, our result in a few words, and its numbers."""

    verdict: str
    why: str
    ours: str = ""
    numbers: Mapping[str, float] | None = None


def exponent_verdict(intact: Measured) -> Judgement:
    """Claim 1: the interval of p lies within the published 0.7–0.9."""
    low, high = EXPONENTS
    numbers = _numbers(intact)
    power = intact.power
    if not power["identified"]:
        verdict = NOT if intact.direction == "rises" else OPEN
        return Judgement(verdict, f"no exponent is determined: {power['reason']}", "—", numbers)
    ours, within = _exponent(power), f"{low:g}–{high:g}"
    if low <= power["p_low"] and power["p_high"] <= high:
        return Judgement(REPRODUCED, f"the interval of p lies within {within}", ours, numbers)
    if power["p_high"] < low or power["p_low"] > high:
        side = "below" if power["p_high"] < low else "above"
        return Judgement(NOT, f"the interval of p lies {side} {within}", ours, numbers)
    return Judgement(OPEN, f"the interval of p lies partly outside {within}", ours, numbers)


def better_verdict(intact: Measured) -> Judgement:
    """Claim 2: the power law predicts windows left out of the fit much better than the exponential."""
    numbers, ours = _numbers(intact), _against_exponential(intact)
    if intact.direction != "falls":
        why = f"there is no decay to describe: {intact.power['reason']}"
        return Judgement(NOT, why, ours, numbers)
    return _against_rivals(intact, ["exponential"], ours, numbers)


def shuffled_verdict(intact: Measured, shuffled: Measured) -> Judgement:
    """Claim 3: a power law describes the profile of shuffled text, although the loss collapses."""
    rise = shuffled.loss - intact.loss
    # As if the arms were independent. They hold the same windows, so this is rather too large.
    error = (intact.loss_se**2 + shuffled.loss_se**2) ** 0.5
    numbers = _numbers(shuffled) | {"loss_rise": rise, "loss_rise_se": error}
    p = _exponent(shuffled.power) if shuffled.power["identified"] else "—"
    ours = f"p {p}; {_against_exponential(shuffled)}; loss {rise:+.2f} ± {error:.2f} nats"
    margin = STANDARD_ERRORS * error
    if rise + margin < COLLAPSE:
        return Judgement(NOT, f"the loss rises by less than {COLLAPSE:g} nat", ours, numbers)
    if shuffled.direction == "rises":
        return Judgement(NOT, f"nothing persists: {shuffled.power['reason']}", ours, numbers)
    judgement = _against_rivals(shuffled, ["constant", "exponential"], ours, numbers)
    if judgement.verdict == REPRODUCED and rise - margin < COLLAPSE:
        why = f"the loss may rise by less than {COLLAPSE:g} nat"
        return Judgement(OPEN, why, ours, numbers)
    return judgement


def random_verdict(random: Measured) -> Judgement:
    """Claim 4: with random weights there is no power-law decay."""
    numbers = _numbers(random)
    trend, low, high = (random.power[key] for key in ("trend", "trend_low", "trend_high"))
    ours = f"profile {random.direction}, trend {trend:.2f} [{low:.2f}, {high:.2f}]"
    if random.direction == "rises":
        return Judgement(REPRODUCED, "the profile rises with distance", ours, numbers)
    if duel(random.fits, "constant") == NOT_AHEAD:
        why = "the power law is not ahead of a constant"
        return Judgement(REPRODUCED, why, ours, numbers)
    rivals = ("constant", "exponential")
    if random.power["identified"] and all(duel(random.fits, rival) == AHEAD for rival in rivals):
        why = "a power law is ahead of a constant and an exponential"
        return Judgement(NOT, why, ours, numbers)
    why = "the profile is not told clearly from a constant, or its decay not from another"
    return Judgement(OPEN, why, ours, numbers)


def _against_rivals(
    arm: Measured, rivals: Sequence[str], ours: str, numbers: Mapping[str, float]
) -> Judgement:
    """Reproduced where the power law is identified and ahead of every rival."""
    outcomes = {rival: duel(arm.fits, rival) for rival in rivals}
    for outcome, verdict, words in (
        (NOT_AHEAD, NOT, "not ahead of"),
        (UNCLEAR, OPEN, "not clearly ahead of"),
    ):
        unbeaten = [rival for rival in rivals if outcomes[rival] == outcome]
        if unbeaten:
            return Judgement(verdict, f"the power law is {words} {listed(unbeaten)}", ours, numbers)
    if not arm.power["identified"]:
        why = f"the data do not determine the power law: {arm.power['reason']}"
        return Judgement(OPEN, why, ours, numbers)
    return Judgement(REPRODUCED, f"the power law is ahead of {listed(rivals)}", ours, numbers)


def _exponent(power: Fit) -> str:
    return f"{power['p']:.2f} [{power['p_low']:.2f}, {power['p_high']:.2f}]"


def _against_exponential(arm: Measured) -> str:
    """R² of the power law and of the exponential, and how often the power law is ahead."""
    exponential = arm.fits.get("exponential")
    if exponential is None:
        return "no exponential was fitted"
    squares = [f"{fit['r_squared']:.3f}" for fit in (arm.power, exponential)]
    text = f"R² {squares[0]} against {squares[1]}"
    ahead = exponential["power_law_ahead"]
    return text if pd.isna(ahead) else f"{text}, ahead in {ahead:.0%} of resamples"


def _numbers(arm: Measured) -> dict[str, float]:
    """The numbers of an arm that the rules look at; p only where it is identified."""
    power, exponential = arm.power, arm.fits.get("exponential", {})
    numbers = {key: power[key] for key in ("r_squared", "trend", "trend_low", "trend_high")}
    if power["identified"]:
        numbers |= {key: power[key] for key in ("p", "p_low", "p_high")}
    if exponential:
        numbers |= {
            "r_squared_exponential": exponential["r_squared"],
            "exponential_behind": exponential["behind_power_law"],
            "exponential_behind_se": exponential["behind_power_law_se"],
            "ahead_of_exponential": exponential["power_law_ahead"],
        }
    if "constant" in arm.fits:
        numbers["ahead_of_constant"] = arm.fits["constant"]["power_law_ahead"]
    return numbers
