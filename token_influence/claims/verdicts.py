"""Verdicts by the rules: on one measurement in a sentence, and on a study's claims in a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.claims.rules import (
    AHEAD,
    NOT,
    NOT_AHEAD,
    OPEN,
    REPRODUCED,
    UNCLEAR,
    Fit,
    Judgement,
    Measured,
    better_verdict,
    duel,
    exponent_verdict,
    listed,
    random_verdict,
    shuffled_verdict,
)
from token_influence.decay.comparison import CHAMPION
from token_influence.tables.arms import ARM, PROFILE
from token_influence.tables.decay import headline_fits

RIVALS = ("exponential", "constant")
"""What one measurement's power law is compared with."""

MIXED, UNMEASURED = "mixed", "not measured"
ALL = "all"

COLUMNS = ["claim", "model", "corpus", "objective", "range", "skip_sources", "verdict", "why"]
NUMBERS = [
    *("p", "p_low", "p_high", "r_squared", "r_squared_exponential"),
    *("exponential_behind", "exponential_behind_se", "ahead_of_exponential", "ahead_of_constant"),
    *("trend", "trend_low", "trend_high", "loss_rise", "loss_rise_se"),
]


@dataclass(frozen=True)
class Verdict:
    """What the fits of one measurement allow to say.

    identified: whether the power law's parameters are; against: the outcome of `rules.duel` for each
    rival that was fitted, empty where the power law is not identified; sentence: both in words.
    """

    identified: bool
    against: Mapping[str, str]
    sentence: str


def verdict(fits: Sequence[Fit]) -> Verdict:
    """How a power law compares with an exponential and a constant.

    fits: the pooled records of one range (see `decay_records`), a power law among them.

    Where the power law is not `identified`, the sentence gives the reason and nothing is said of an
    exponent. Otherwise windows left out of the fit decide, by the rule of docs/verdicts.md: the power
    law is "ahead" of a rival, "not ahead", or the comparison is "open", and the sentence gives the
    numbers. R² and information criteria stand beside the verdict; they do not enter it.

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
    """The outcome of every duel in words: the decided ones first, then the open ones with numbers."""
    if not against:
        return "The power law was compared with no rival."
    rivals = {
        outcome: [rival for rival in against if against[rival] == outcome]
        for outcome in (AHEAD, NOT_AHEAD, UNCLEAR)
    }
    clauses = [
        f"{words} {listed(rivals[outcome])}"
        for outcome, words in ((AHEAD, "better than"), (NOT_AHEAD, "no better than"))
        if rivals[outcome]
    ]
    decided = f"The power law predicts windows left out of the fit {', and '.join(clauses)}."
    if not rivals[UNCLEAR]:
        return decided
    why = "; ".join(_difference(rival, fits[rival]) for rival in rivals[UNCLEAR])
    predictions = fits[CHAMPION]["predictions"]
    undecided = (
        f"Whether the power law is better than {listed(rivals[UNCLEAR])} is undecided "
        f"with {predictions} predictions: {why}."
    )
    return f"{decided} {undecided}" if clauses else undecided


def _difference(rival: str, fit: Fit) -> str:
    """How far a rival is from the power law, in the numbers that `duel` looks at."""
    behind, error = fit["behind_power_law"], fit["behind_power_law_se"]
    side = "smaller" if behind < 0 else "larger"
    far = f"the error of the {rival} is {side} by {abs(behind):.2g} ± {error:.2g}"
    if pd.isna(fit["power_law_ahead"]):
        return f"{far}, and no resample left a window out"
    return f"{far}, and the power law is ahead in {fit['power_law_ahead']:.1%} of the resamples"


@dataclass(frozen=True)
class Claim:
    """A published claim, and the rule that judges it from the arms (weights, order) that it needs."""

    name: str
    published: str
    arms: tuple[tuple[str, str], ...]
    rule: Callable[..., Judgement]


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

Arms = Mapping[tuple[str, ...], Measured]
"""What was measured, by (model, weights, corpus, order, objective)."""


def verdicts_table(
    decay: pd.DataFrame, predictions: pd.DataFrame, headline: Mapping[str, Any]
) -> pd.DataFrame:
    """One row per claim, model, corpus and objective; before them one row over all (model "all").

    decay, predictions: the tables of the same names; headline: the `range` and `skip_sources` that
    are judged. Columns: `COLUMNS`, our result (`ours`) beside the `published` one, and `NUMBERS`.
    """
    arms = _arms(headline_fits(decay, headline), predictions)
    settings = dict.fromkeys((model, corpus, objective) for model, _, corpus, _, objective in arms)
    rows: list[dict[str, Any]] = []
    for claim in CLAIMS:
        judged = [_row(claim, *setting, arms) for setting in settings]
        for objective in dict.fromkeys(row["objective"] for row in judged):
            same = [row for row in judged if row["objective"] == objective]
            rows.append(_over_all(claim, objective, same))
        rows += judged
    table = pd.DataFrame(rows).assign(**headline)
    return table.reindex(columns=[*COLUMNS, "ours", "published", *NUMBERS])


def _arms(fits: pd.DataFrame, predictions: pd.DataFrame) -> Arms:
    """Every arm and objective to which a power law was fitted."""
    losses = predictions.set_index(ARM)
    arms: dict[tuple[str, ...], Measured] = {}
    for names, rows in fits.groupby(PROFILE, sort=False):
        key: Any = names
        families: dict[str, Any] = {row["family"]: row for row in rows.to_dict("records")}
        if CHAMPION in families:
            loss = losses.loc[key[:-1]]
            arms[key] = Measured(families, float(loss["loss"]), float(loss["loss_se"]))
    return arms


def _row(claim: Claim, model: str, corpus: str, objective: str, arms: Arms) -> dict[str, Any]:
    """The verdict on one claim for one model, corpus and objective."""
    needed = [arms.get((model, weights, corpus, order, objective)) for weights, order in claim.arms]
    if None in needed:
        weights, order = claim.arms[needed.index(None)]
        judgement = Judgement(UNMEASURED, f"the study has no {order} arm with {weights} weights")
    else:
        judgement = claim.rule(*needed)
    return {
        **{"claim": claim.name, "model": model, "corpus": corpus, "objective": objective},
        **{"verdict": judgement.verdict, "why": judgement.why, "ours": judgement.ours},
        **{"published": claim.published, **(judgement.numbers or {})},
    }


def _over_all(claim: Claim, objective: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One verdict on a claim over all models and corpora that were measured for it."""
    verdicts = [row["verdict"] for row in rows if row["verdict"] != UNMEASURED]
    kinds = set(verdicts)
    if len(kinds) == 1:
        verdict = verdicts[0]
    elif NOT in kinds:
        verdict = MIXED
    else:
        verdict = OPEN if verdicts else UNMEASURED
    counts = ", ".join(
        f"{verdicts.count(kind)} {kind}" for kind in (REPRODUCED, NOT, OPEN) if kind in kinds
    )
    why = f"{counts} of {len(verdicts)} measured" if verdicts else "no arm was measured for it"
    return {
        **{"claim": claim.name, "model": ALL, "corpus": ALL, "objective": objective},
        **{"verdict": verdict, "why": why, "ours": "", "published": claim.published},
    }
