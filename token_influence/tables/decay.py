"""Decay records as flat tables: all fits, the controls beside each other, and the sweep of ranges."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from token_influence.decay.comparison import BEHIND
from token_influence.decay.design import KEYS
from token_influence.decay.paired_differences import WHERE
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.orders import difference_name
from token_influence.profiles.labels import POOLED
from token_influence.ranges import range_label
from token_influence.tables.arms import ARM, PROFILE
from token_influence.tables.measured import paired_predictions, predictions_table

Record = Mapping[str, Any]

SAMPLE = ["seed", "skip_sources", "distance_min", "distance_max"]
FIT = ["range", "family", "n", "windows", "predictions", "identified", "reason"]
TREND = [
    *("direction", "trend", "trend_low", "trend_high"),
    *("near_to_far", "near_to_far_low", "near_to_far_high"),
]
SHAPES = dict.fromkeys(shape.name for family in FAMILIES.values() for shape in family.shapes)
PARAMETERS = [*SHAPES, "gamma", "beta", "floor_distance"]
STATISTICS = ["r_squared", "r_squared_log", "rss", "aic", "aicc", "bic", "akaike_weight"]
ALWAYS = ["r_squared", "rss", "aic", "bic"]
"""Statistics that every identified fit has."""
OPTIONAL = ["win_share", "cv_error", "cv_error_se", *BEHIND, "residual_autocorrelation"]
NEARNESS = ["nearness", "nearness_low", "nearness_high"]
CORRELATION = "p_gamma_correlation"
"""The column of the correlation of p and γ over the resamples."""
VERDICT = ["identified", "reason"]
CONTROLS_ORDER = [
    *("model", "corpus", "objective", "skip_sources", "range", "family", "weights", "order"),
]


def decay_table(records: Sequence[Record]) -> pd.DataFrame:
    """One row per arm, objective, seed, sources, range and family.

    records: contents of the files in results/decay. A field is empty where the family has no such
    parameter, or the fit has no such value; in an identified fit the latter raises DecayError.
    """
    rows = [
        {**record["arm"], **fit_columns(record, fit)}
        for record in records
        for fit in record["fits"]
    ]
    return pd.DataFrame(rows, columns=_columns(rows))


def headline_fits(decay: pd.DataFrame, headline: Record) -> pd.DataFrame:
    """The rows of the decay table with pooled fits on the headline `range` and `skip_sources`."""
    chosen = decay["seed"] == POOLED
    for key, value in headline.items():
        chosen &= decay[key] == value
    return decay[chosen]


def controls_table(
    decay: Iterable[Record], differences: Iterable[Record], predictions: pd.DataFrame
) -> pd.DataFrame:
    """One row per arm (pooled), range and family, and one per paired difference (see `order`).

    decay: contents of the files in results/decay; differences: those of the files that
    `scripts/compare_controls.py` writes; predictions: those of all arms, as for `predictions_table`.
    Columns: the arm's keys, the range, whether the parameters are identified, R², the arm's loss with
    its standard error (nats per token) and accuracy, every parameter with `_low` and `_high`.
    """
    rows = []
    for result in decay:
        pooled = [fit for fit in result["fits"] if fit["seed"] == POOLED]
        rows += [_parameter_row(result["arm"], fit) for fit in pooled]
    for result in differences:
        arm = {**result["arm"], "order": difference_name(result["arm"]["control"])}
        rows += [_parameter_row(arm, difference) for difference in result["differences"]]
    table = _parameter_table(rows)
    measured = pd.concat([predictions_table(predictions), paired_predictions(predictions)])
    table = table.merge(measured[[*ARM, "loss", "loss_se", "accuracy"]], "left", ARM)
    return table.sort_values(CONTROLS_ORDER, kind="stable", ignore_index=True)


def objectives_table(differences: Iterable[Record]) -> pd.DataFrame:
    """One row per arm, pair of objectives, range and family: the first one minus the other.

    differences: contents of the files that `scripts/compare_objectives.py` writes. `objective` names
    both, as in "true_logit − fisher"; every parameter has its `_low` and `_high`.
    """
    rows = []
    for result in differences:
        arm = result["arm"]
        both = {**arm, "objective": f"{arm['objective']} − {arm['other']}"}
        rows += [_parameter_row(both, difference) for difference in result["differences"]]
    return _parameter_table(rows).drop(columns="r_squared")


def sweep_table(decay: Iterable[Record]) -> pd.DataFrame:
    """One row per arm, range of the sweep and family, with the columns of `controls_table`.

    decay: contents of the files in results/decay.
    """
    return _parameter_table(
        [_parameter_row(result["arm"], fit) for result in decay for fit in result["sweep"]]
    )


def fit_columns(record: Record, fit: Record) -> dict[str, Any]:
    """A fit of `record["fits"]` as the columns of its row, without those of the arm.

    Raises DecayError for an identified fit that lacks a value.
    """
    parameters = _family_parameters(fit)
    needed = {**parameters, **{key: fit[key] for key in ALWAYS}}
    missing = [key for key, value in needed.items() if value is None]
    if fit["identified"] and missing:
        raise DecayError(
            f"{_name(record)}: the identified {fit['family']} fit of seed {fit['seed']} has no "
            f"{', '.join(missing)}"
        )
    unconstrained = fit.get("unconstrained") or {}
    return {
        **{key: fit[key] for key in [*SAMPLE, *FIT]},
        **_trend_columns(record, fit),
        **parameters,
        **_together(fit),
        **{key: fit[key] for key in STATISTICS},
        **{key: fit[key] for key in OPTIONAL if fit.get(key) is not None},
        **{key: fit[key] for key in KEYS if key in fit},
        **(with_intervals({"nearness": fit["nearness"]}) if fit.get("nearness") else {}),
        **{f"unconstrained_{key}": value for key, value in unconstrained.items()},
    }


def _trend_columns(record: Record, fit: Record) -> dict[str, Any]:
    """The direction of the profile, and how far it falls, on the fit's seed, sources and range."""
    for trend in record["trend"]:
        if all(trend[key] == fit[key] for key in SAMPLE):
            sizes = {name: trend[name] for name in ("trend", "near_to_far")}
            return {"direction": trend["direction"], **with_intervals(sizes)}
    raise DecayError(
        f"{_name(record)}: there is no trend for seed {fit['seed']} on "
        f"r = {range_label(fit['distance_min'], fit['distance_max'])}"
    )


def _name(record: Record) -> str:
    return "/".join(record["arm"].values()) if "arm" in record else "the profile"


def _columns(rows: Iterable[Record]) -> list[str]:
    """The columns that occur, in reading order: keys, outcome, parameters, statistics."""
    present = dict.fromkeys(key for row in rows for key in row)
    parameters = [f"{name}{end}" for name in PARAMETERS for end in ("", "_low", "_high")]
    numbers = [*parameters, CORRELATION, *STATISTICS, *OPTIONAL, *NEARNESS, *KEYS]
    known = [*PROFILE, *SAMPLE, *FIT, *TREND, *numbers]
    others = [key for key in present if key not in known]
    return [key for key in [*known, *others] if key in present]


def _family_parameters(fit: Record) -> dict[str, Any]:
    """The parameters of the fit's family, in its order."""
    names = FAMILIES[fit["family"]].parameters
    return with_intervals({name: fit["parameters"][name] for name in names})


def _together(fit: Record) -> dict[str, Any]:
    """What p and γ of a power law say together (see `decay.joint`); nothing for other families."""
    if "floor_distance" not in fit:
        return {}
    distance = {
        key: None if value is None else float(value)  # "inf" too
        for key, value in fit["floor_distance"].items()
    }
    joint = fit.get("joint")
    return {
        **with_intervals({"floor_distance": distance}),
        **({CORRELATION: joint["correlation"]} if joint else {}),
    }


def with_intervals(parameters: Mapping[str, Record]) -> dict[str, Any]:
    """Each parameter's estimate under its name, its interval under `_low` and `_high`."""
    columns = {}
    for name, values in parameters.items():
        columns[name] = values["estimate"]
        columns[f"{name}_low"], columns[f"{name}_high"] = values["low"], values["high"]
    return columns


def _parameter_row(arm: Record, record: Record) -> dict[str, Any]:
    """The parameters of one fit, or of one paired difference, as a flat row."""
    return {
        **{key: arm[key] for key in PROFILE},
        **{key: record[key] for key in [*WHERE, *VERDICT]},
        "r_squared": record.get("r_squared"),
        **with_intervals(record["parameters"]),
    }


def _parameter_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    front = [*PROFILE, *WHERE, *VERDICT, "r_squared"]
    others = dict.fromkeys(key for row in rows for key in row if key not in front)
    return pd.DataFrame(rows, columns=[*front, *others])
