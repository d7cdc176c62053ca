"""When a published claim counts as reproduced: one function per claim, by docs/verdicts.md."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from token_influence.claims.findings import (
    NO,
    OPEN,
    YES,
    Finding,
    Fits,
    all_of,
    decays,
    estimate,
    exponent_within,
    loss_collapses,
    rather_power_law,
)
from token_influence.decay.effects import RIVAL
from token_influence.fitting.families import POWER_LAW

REPRODUCED, NOT, UNDECIDED = "reproduced", "not reproduced", "undecided"
ENDS = ("", "_low", "_high")
VERDICTS = {YES: REPRODUCED, NO: NOT, OPEN: UNDECIDED}


@dataclass(frozen=True)
class Measured:
    """One arm and objective: its rows of the decay table by family, and its loss in nats per token."""

    fits: Fits
    loss: float
    loss_se: float


@dataclass(frozen=True)
class Judgement:
    """A rule's verdict, the reason in words, our result in a few words, and the numbers judged.

    windows: how many would decide an undecided claim, see `findings.Finding`.
    """

    verdict: str
    why: str
    ours: str
    numbers: Mapping[str, float]
    windows: int | None = None


def exponent_verdict(intact: Measured) -> Judgement:
    """Claim 1: the profile decays, rather as a power law, with p within the published 0.7–0.9."""
    fits = intact.fits
    findings = [decays(fits), rather_power_law(fits), exponent_within(fits)]
    return _judgement(all_of(findings), _exponent(fits), _numbers(fits))


def better_verdict(intact: Measured) -> Judgement:
    """Claim 2: the profile decays, and the power law is much nearer to it than the exponential."""
    fits = intact.fits
    found = all_of([decays(fits), rather_power_law(fits)])
    return _judgement(found, _shape(fits), _numbers(fits))


def shuffled_verdict(intact: Measured, shuffled: Measured) -> Judgement:
    """Claim 3: in shuffled text the power law stays (as in claim 2), although the loss collapses."""
    fits = shuffled.fits
    rise = shuffled.loss - intact.loss
    # Both arms hold the same windows. Whatever their correlation, the error of the difference is at
    # most the sum of the errors.
    error = intact.loss_se + shuffled.loss_se
    collapse = loss_collapses(rise, error, int(fits[POWER_LAW]["windows"]))
    found = all_of([decays(fits), rather_power_law(fits), collapse])
    ours = f"{_shape(fits)}; loss {rise:+.2f} ± {error:.2f} nats"
    return _judgement(found, ours, _numbers(fits) | {"loss_rise": rise, "loss_rise_se": error})


def random_verdict(random: Measured) -> Judgement:
    """Claim 4: with random weights there is no power-law decay, so that claim 2 fails."""
    fits = random.fits
    found = all_of([decays(fits), rather_power_law(fits)])
    opposite = {YES: NO, NO: YES, OPEN: OPEN}[found.answer]
    return _judgement(replace(found, answer=opposite), _shape(fits), _numbers(fits))


def _judgement(found: Finding, ours: str, numbers: Mapping[str, float]) -> Judgement:
    return Judgement(VERDICTS[found.answer], found.explanation, ours, numbers, found.windows)


def _exponent(fits: Fits) -> str:
    return f"p {estimate(fits[POWER_LAW], 'p')}" if fits[POWER_LAW]["identified"] else "—"


def _shape(fits: Fits) -> str:
    """How far the profile falls, and R² of the two families."""
    height = f"near to far {estimate(fits[POWER_LAW], 'near_to_far')}"
    if RIVAL not in fits:
        return height
    squares = [f"{fits[family]['r_squared']:.3f}" for family in (POWER_LAW, RIVAL)]
    place = estimate(fits[RIVAL], "nearness")
    return f"{height}; nearness {place}; R² {squares[0]} against {squares[1]}"


def _numbers(fits: Fits) -> dict[str, float]:
    """The numbers of an arm that the rules look at; p only where it is identified."""
    power, rival = fits[POWER_LAW], fits.get(RIVAL, {})
    names = ["near_to_far", *(["p"] if power["identified"] else [])]
    numbers = {f"{name}{end}": power[f"{name}{end}"] for name in names for end in ENDS}
    numbers["r_squared"] = power["r_squared"]
    if rival:
        numbers["r_squared_exponential"] = rival["r_squared"]
        numbers |= {f"nearness{end}": rival.get(f"nearness{end}") for end in ENDS}
    return numbers
