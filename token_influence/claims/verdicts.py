"""Verdicts by the rules: on one measurement in a sentence, and on a study's claims in a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.claims.findings import OPEN, YES, all_of, decays, rather_power_law
from token_influence.claims.rules import (
    NOT,
    REPRODUCED,
    UNDECIDED,
    Judgement,
    Measured,
    better_verdict,
    exponent_verdict,
    random_verdict,
    shuffled_verdict,
)
from token_influence.fitting.families import POWER_LAW
from token_influence.profiles.labels import POOLED
from token_influence.tables.arms import ARM, PROFILE
from token_influence.tables.decay import fit_columns, headline_fits

MIXED, UNMEASURED = "mixed", "not measured"
ALL = "all"

COLUMNS = ["claim", "model", "corpus", "objective", "range", "skip_sources", "verdict", "why"]
NUMBERS = [
    *("windows_to_decide", "p", "p_low", "p_high"),
    *("near_to_far", "near_to_far_low", "near_to_far_high"),
    *("nearness", "nearness_low", "nearness_high"),
    *("r_squared", "r_squared_exponential", "loss_rise", "loss_rise_se"),
]


@dataclass(frozen=True)
class Verdict:
    """What one measurement says: whether there is a decay that is rather a power law.

    answer: "yes", "no" or "open"; windows: how many would decide an open answer, if that is known;
    sentence: the answer in words, with its numbers.
    """

    answer: str
    windows: int | None
    sentence: str


def verdict(record: Mapping[str, Any]) -> Verdict:
    """Whether a profile decays, and rather as a power law than as an exponential.

    record: what `decay_records` gives, of which the first range is judged. The questions and bounds
    are those of the published claims (docs/verdicts.md); R² and information criteria do not enter.

    >>> import numpy as np
    >>> from token_influence.decay.records import decay_records
    >>> from token_influence.decay.settings import Settings
    >>> from token_influence.profiles.normalise import NormalisedProfiles
    >>> noise = np.random.default_rng(0).lognormal(0, 0.1, size=(64, 41))
    >>> values = (0.1 + 0.9 * np.arange(1, 42) ** -0.8) * noise
    >>> profiles = NormalisedProfiles(values, np.arange(64), np.full(64, 40), seed=0)
    >>> settings = Settings(["power_law", "exponential"], ["1..40"], [0])
    >>> verdict(decay_records([profiles], settings)).answer
    'yes'
    """
    pooled = [fit for fit in record["fits"] if fit["seed"] == POOLED]
    fits = {
        fit["family"]: fit_columns(record, fit)
        for fit in pooled
        if fit["range"] == pooled[0]["range"]
    }
    found = all_of([decays(fits), rather_power_law(fits)])
    sentence = f"{found.explanation[0].upper()}{found.explanation[1:]}."
    if found.answer == OPEN:
        sentence = f"Too few windows to tell: {found.explanation}."
    power = fits[POWER_LAW]
    if found.answer == YES and not power["identified"]:
        sentence += f" No exponent is claimed, for {power['reason']}."
    return Verdict(found.answer, found.windows, sentence)


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
        if POWER_LAW in families:
            loss = losses.loc[key[:-1]]
            arms[key] = Measured(families, float(loss["loss"]), float(loss["loss_se"]))
    return arms


def _row(claim: Claim, model: str, corpus: str, objective: str, arms: Arms) -> dict[str, Any]:
    """The verdict on one claim for one model, corpus and objective."""
    needed = [arms.get((model, weights, corpus, order, objective)) for weights, order in claim.arms]
    if None in needed:
        weights, order = claim.arms[needed.index(None)]
        why = f"the study has no {order} arm with {weights} weights"
        judgement = Judgement(UNMEASURED, why, "", {})
    else:
        judgement = claim.rule(*needed)
    return {
        **{"claim": claim.name, "model": model, "corpus": corpus, "objective": objective},
        **{"verdict": judgement.verdict, "why": judgement.why, "ours": judgement.ours},
        **{"published": claim.published, "windows_to_decide": judgement.windows},
        **judgement.numbers,
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
        verdict = UNDECIDED if verdicts else UNMEASURED
    counts = ", ".join(
        f"{verdicts.count(kind)} {kind}" for kind in (REPRODUCED, NOT, UNDECIDED) if kind in kinds
    )
    why = f"{counts} of {len(verdicts)} measured" if verdicts else "no arm was measured for it"
    return {
        **{"claim": claim.name, "model": ALL, "corpus": ALL, "objective": objective},
        **{"verdict": verdict, "why": why, "ours": "", "published": claim.published},
    }
