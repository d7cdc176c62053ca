"""When the power law appears in training: one row per checkpoint with its fits and its losses."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from token_influence.tables.arms import ARM, PROFILE, step_of
from token_influence.tables.decay import TREND, headline_fits

Record = Mapping[str, Any]

FOLLOWED = ["model", "corpus", "order", "objective"]
"""The columns that name a profile that is followed through the training."""
FAMILY = "power_law"
RIVALS = ("constant", "exponential")
FIT = ["p", "p_low", "p_high", "identified", "reason", *TREND]
VALIDATED = ["cv_error", "win_share"]
NONE = float("nan")


def emergence_table(
    decay: pd.DataFrame,
    predictions: pd.DataFrame,
    headline: Record,
    trainings: Mapping[str, Record],
    held_out: Mapping[str, str],
) -> pd.DataFrame:
    """One row per checkpoint, corpus, order and objective, by step within each.

    decay, predictions: the tables of the same names; headline: `range` and `skip_sources`;
    trainings: the training record of each model that the study trained; held_out: for each corpus
    that is the held-out part of another corpus, the name of that other corpus.

    Columns: the keys, `step`, `tokens_seen`, `epochs`; the power law's exponent with its interval,
    `identified` and `reason`, the profile's trend; `cv_error_…` and `win_share_…` of the power law
    and its rivals; `loss` at the measured predictions. For models that the study trained also
    `held_out_loss` and `held_out_bits_per_byte`, and the same for the baselines, all on the same
    held-out tokens of the corpus. Losses are in nats per token. A field is empty where there is no
    such number.
    """
    fits = headline_fits(decay, headline)
    fits = fits[fits["weights"].map(step_of).notna()]
    rows = []
    for _, families in fits.groupby(PROFILE, sort=False):
        arm = {str(key): str(families[key].iloc[0]) for key in PROFILE}
        rows.append(
            {name: arm[name] for name in FOLLOWED}
            | {"step": step_of(arm["weights"]), "tokens_seen": NONE, "epochs": NONE}
            | _fit_columns(families.set_index("family"))
            | _measured_loss(predictions, arm)
            | _training_columns(trainings.get(arm["model"]), arm, held_out)
        )
    return pd.DataFrame(rows).sort_values([*FOLLOWED, "step"], ignore_index=True)


def appearance(rows: pd.DataFrame) -> int | None:
    """The step from which the power law holds up to the last step; None where it fails at the last.

    It holds where its exponent is identified and its cross-validated error is below those of its
    rivals. rows: one profile's rows of the emergence table, ordered by step.
    """
    holds = rows["identified"].astype(bool)
    for rival in RIVALS:
        holds &= rows[f"cv_error_{FAMILY}"] < rows[f"cv_error_{rival}"]
    lasting = holds[::-1].cummin()[::-1]
    return int(rows["step"][lasting].iloc[0]) if lasting.any() else None


def _fit_columns(families: pd.DataFrame) -> dict[str, Any]:
    fit = families.loc[FAMILY]
    columns = {name: fit[name] for name in FIT}
    for name in VALIDATED:
        for family in (FAMILY, *RIVALS):
            fitted = family in families.index
            columns[f"{name}_{family}"] = families.loc[family, name] if fitted else NONE
    return columns


def _measured_loss(predictions: pd.DataFrame, arm: Record) -> dict[str, Any]:
    (row,) = predictions[(predictions[ARM] == pd.Series(arm)[ARM]).all(axis=1)].to_dict("records")
    return {"loss": row["loss"], "loss_se": row["loss_se"]}


def _training_columns(
    training: Record | None, arm: Record, held_out: Mapping[str, str]
) -> dict[str, Any]:
    """Tokens and epochs of the checkpoint, and losses on held-out text; nothing without a record."""
    if training is None:
        return {}
    entry = training["checkpoints"][arm["weights"]]
    columns = {key: entry[key] for key in ("tokens_seen", "epochs")}
    corpus = held_out.get(arm["corpus"], arm["corpus"])
    if corpus in entry["held_out"]:
        evaluated = {"held_out": entry["held_out"][corpus], **training["baselines"][corpus]}
        for name, losses in evaluated.items():
            columns |= {f"{name}_{key}": value for key, value in losses.items()}
    return columns
