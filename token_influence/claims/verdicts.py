"""Whether the published claims come out of a study: the rules of docs/verdicts.md, a function each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.claims.published import EXPONENTS
from token_influence.claims.standing import AHEAD, NOT_AHEAD, UNCLEAR, Fit, duel, listed
from token_influence.decay.comparison import CHAMPION
from token_influence.tables.decay import ARM
from token_influence.tables.metrics import headline_fits

REPRODUCED, NOT, OPEN = "reproduced", "not reproduced", "undecided"
MIXED, UNMEASURED = "mixed", "not measured"
ALL = "all"

STANDARD_ERRORS = 2  # by which a rise of the loss must exceed COLLAPSE
COLLAPSE = 1.0  # nats per token

COLUMNS = ["claim", "model", "corpus", "objective", "range", "skip_sources", "verdict", "why"]
NUMBERS = [
    *("p", "p_low", "p_high", "r_squared", "r_squared_exponential"),
    *("exponential_behind", "exponential_behind_se", "ahead_of_exponential", "ahead_of_constant"),
    *("trend", "trend_low", "trend_high", "loss_rise", "loss_rise_se"),
]


@dataclass(frozen=True)
class Measured:
    """One arm and objective: its rows of the decay table by family, and its loss in nats."""

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
class Verdict:
    """What a rule says, why in one sentence, what was measured in a few words, and the numbers."""

    verdict: str
    why: str
    ours: str = ""
    numbers: Mapping[str, float] | None = None


def exponent_verdict(intact: Measured) -> Verdict:
    """Claim 1: the interval of p lies within the published 0.7–0.9."""
    low, high = EXPONENTS
    numbers = _fitted(intact)
    power = intact.power
    if not power["identified"]:
        verdict = NOT if intact.direction == "rises" else OPEN
        return Verdict(verdict, f"no exponent is determined: {power['reason']}", "—", numbers)
    ours, within = _exponent(power), f"{low:g}–{high:g}"
    if low <= power["p_low"] and power["p_high"] <= high:
        return Verdict(REPRODUCED, f"the interval of p lies within {within}", ours, numbers)
    if power["p_high"] < low or power["p_low"] > high:
        side = "below" if power["p_high"] < low else "above"
        return Verdict(NOT, f"the interval of p lies {side} {within}", ours, numbers)
    return Verdict(OPEN, f"the interval of p lies partly outside {within}", ours, numbers)


def better_verdict(intact: Measured) -> Verdict:
    """Claim 2: the power law predicts windows left out much better than the exponential."""
    numbers, ours = _fitted(intact), _against_exponential(intact)
    if intact.direction != "falls":
        return Verdict(
            NOT, f"there is no decay to describe: {intact.power['reason']}", ours, numbers
        )
    return _description(intact, ["exponential"], ours, numbers)


def shuffled_verdict(intact: Measured, shuffled: Measured) -> Verdict:
    """Claim 3: a power law describes the profile of shuffled text, although the loss collapses."""
    rise = shuffled.loss - intact.loss
    # As if the arms were independent: with the same windows in both, this errs on the wide side.
    error = (intact.loss_se**2 + shuffled.loss_se**2) ** 0.5
    numbers = _fitted(shuffled) | {"loss_rise": rise, "loss_rise_se": error}
    p = _exponent(shuffled.power) if shuffled.power["identified"] else "—"
    ours = f"p {p}; {_against_exponential(shuffled)}; loss {rise:+.2f} ± {error:.2f} nats"
    margin = STANDARD_ERRORS * error
    if rise + margin < COLLAPSE:
        return Verdict(NOT, f"the loss rises by less than {COLLAPSE:g} nat", ours, numbers)
    if shuffled.direction == "rises":
        return Verdict(NOT, f"nothing persists: {shuffled.power['reason']}", ours, numbers)
    found = _description(shuffled, ["constant", "exponential"], ours, numbers)
    if found.verdict == REPRODUCED and rise - margin < COLLAPSE:
        why = f"the loss may rise by less than {COLLAPSE:g} nat"
        return Verdict(OPEN, why, ours, numbers)
    return found


def random_verdict(random: Measured) -> Verdict:
    """Claim 4: with random weights there is no power-law decay."""
    numbers = _fitted(random)
    trend, low, high = (random.power[key] for key in ("trend", "trend_low", "trend_high"))
    ours = f"profile {random.direction}, trend {trend:.2f} [{low:.2f}, {high:.2f}]"
    if random.direction == "rises":
        return Verdict(REPRODUCED, "the profile rises with distance", ours, numbers)
    if duel(random.fits, "constant") == NOT_AHEAD:
        why = "the power law is not ahead of a constant"
        return Verdict(REPRODUCED, why, ours, numbers)
    rivals = ("constant", "exponential")
    if random.power["identified"] and all(duel(random.fits, each) == AHEAD for each in rivals):
        return Verdict(NOT, "a power law is ahead of a constant and an exponential", ours, numbers)
    why = "the profile is not told clearly from a constant, or its decay not from another"
    return Verdict(OPEN, why, ours, numbers)


def _description(
    arm: Measured, rivals: Sequence[str], ours: str, numbers: Mapping[str, float]
) -> Verdict:
    """Whether the power law is ahead of every rival."""
    outcomes = {rival: duel(arm.fits, rival) for rival in rivals}
    for word, verdict in ((NOT_AHEAD, NOT), (UNCLEAR, OPEN)):
        found = [rival for rival in rivals if outcomes[rival] == word]
        if found:
            clear = "not ahead of" if word == NOT_AHEAD else "not clearly ahead of"
            why = f"the power law is {clear} {listed(found)}"
            return Verdict(verdict, why, ours, numbers)
    if not arm.power["identified"]:
        why = f"the data do not determine the power law: {arm.power['reason']}"
        return Verdict(OPEN, why, ours, numbers)
    return Verdict(REPRODUCED, f"the power law is ahead of {listed(rivals)}", ours, numbers)


def _exponent(power: Fit) -> str:
    return f"{power['p']:.2f} [{power['p_low']:.2f}, {power['p_high']:.2f}]"


def _against_exponential(arm: Measured) -> str:
    exponential = arm.fits.get("exponential")
    if exponential is None:
        return "no exponential was fitted"
    squares = [f"{fit['r_squared']:.3f}" for fit in (arm.power, exponential)]
    text = f"R² {squares[0]} against {squares[1]}"
    ahead = exponential["power_law_ahead"]
    return text if pd.isna(ahead) else f"{text}, ahead in {ahead:.0%} of resamples"


def _fitted(arm: Measured) -> dict[str, float]:
    """The numbers of an arm that the rules look at; p only where it is determined."""
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


@dataclass(frozen=True)
class Claim:
    """A published claim, as published, and the rule that judges the arms (weights, order) it needs."""

    name: str
    published: str
    arms: tuple[tuple[str, str], ...]
    rule: Callable[..., Verdict]


INTACT, SHUFFLED, RANDOM = ("trained", "intact"), ("trained", "shuffled"), ("random", "intact")
CLAIMS = (
    Claim("exponent in 0.7–0.9", "p 0.7–0.9, typically 0.8–0.9", (INTACT,), exponent_verdict),
    Claim(
        "much better than an exponential",
        "the power law describes the median profile much better than the exponential",
        (INTACT,),
        better_verdict,
    ),
    Claim(
        "persists in shuffled text",
        "the power law survives although prediction quality collapses",
        (INTACT, SHUFFLED),
        shuffled_verdict,
    ),
    Claim("absent with random weights", "no power law", (RANDOM,), random_verdict),
)


def verdicts_table(
    decay: pd.DataFrame, predictions: pd.DataFrame, headline: Mapping[str, Any]
) -> pd.DataFrame:
    """One row per claim, model, corpus and objective, before them one over all (model "all").

    decay, predictions: the tables of the same names; headline: `range` and `skip_sources`, on which
    all is judged. Columns: `COLUMNS`, `ours` beside `published`, and the numbers behind `ours`.
    """
    arms = _measured(headline_fits(decay, headline), predictions)
    settings = dict.fromkeys((model, corpus, goal) for model, _, corpus, _, goal in arms)
    rows: list[dict[str, Any]] = []
    for claim in CLAIMS:
        judged = [_row(claim, *setting, arms) for setting in settings]
        for objective in dict.fromkeys(row["objective"] for row in judged):
            same = [row for row in judged if row["objective"] == objective]
            rows.append(_over_all(claim, objective, same))
        rows += judged
    table = pd.DataFrame(rows).assign(**headline)
    return table.reindex(columns=[*COLUMNS, "ours", "published", *NUMBERS])


def _measured(fits: pd.DataFrame, predictions: pd.DataFrame) -> dict[tuple[str, ...], Measured]:
    """Every arm and objective by (model, weights, corpus, order, objective), with a power law."""
    losses = predictions.set_index(ARM)
    found: dict[tuple[str, ...], Measured] = {}
    for names, part in fits.groupby([*ARM, "objective"], sort=False):
        key: Any = names
        families: dict[str, Any] = {row["family"]: row for row in part.to_dict("records")}
        if CHAMPION in families:
            loss = losses.loc[key[:-1]]
            found[key] = Measured(families, float(loss["loss"]), float(loss["loss_se"]))
    return found


def _row(
    claim: Claim, model: str, corpus: str, objective: str, arms: Mapping[tuple[str, ...], Measured]
) -> dict[str, Any]:
    """The verdict on one claim for one model, corpus and objective."""
    needed = [arms.get((model, weights, corpus, order, objective)) for weights, order in claim.arms]
    if None in needed:
        weights, order = claim.arms[needed.index(None)]
        found = Verdict(UNMEASURED, f"the study has no {order} arm with {weights} weights")
    else:
        found = claim.rule(*needed)
    return {
        **{"claim": claim.name, "model": model, "corpus": corpus, "objective": objective},
        **{"verdict": found.verdict, "why": found.why, "ours": found.ours},
        **{"published": claim.published, **(found.numbers or {})},
    }


def _over_all(claim: Claim, objective: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One verdict on a claim: that of all rows that were measured, if they agree."""
    found = [row["verdict"] for row in rows if row["verdict"] != UNMEASURED]
    kinds = set(found)
    if len(kinds) == 1:
        verdict = found[0]
    elif NOT in kinds:
        verdict = MIXED
    else:
        verdict = OPEN if found else UNMEASURED
    counts = [f"{found.count(kind)} {kind}" for kind in (REPRODUCED, NOT, OPEN) if kind in kinds]
    why = f"{', '.join(counts)} of {len(found)} measured" if found else "no arm was measured for it"
    return {
        **{"claim": claim.name, "model": ALL, "corpus": ALL, "objective": objective},
        **{"verdict": verdict, "why": why, "ours": "", "published": claim.published},
    }
