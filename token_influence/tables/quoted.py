"""The numbers of a study that pages quote: a small part of its tables, rounded."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from token_influence.fitting.families import FAMILIES, POWER_LAW
from token_influence.orders import INTACT, PAIRED, difference_name
from token_influence.tables.arms import ARM, PROFILE, without_steps
from token_influence.tables.decay import headline_fits
from token_influence.tables.headline import reading_order

Row = dict[str, Any]

DIGITS = 6
LOSS = ["windows", "predictions", "loss", "loss_se", "accuracy"]
ESTIMATES = ["p", "p_low", "p_high", "gamma", "gamma_low", "gamma_high"]
SHAPE = ["identified", "reason", "direction", "near_to_far", "r_squared"]
NEARNESS = ["nearness", "nearness_low", "nearness_high"]
ERROR = "cv_error_"
EQUAL = 1e-9  # errors that differ by a smaller share are equal but for rounding
VERDICT = ["claim", "model", "corpus", "objective", "verdict", "why", "ours"]
CHANGED = ["nothing", "centre"]
SENSITIVITY = [*PROFILE, "changed", "value", "identified", *ESTIMATES]
MIXTURE = [
    *("model", "corpus", "order", "windows", "predictions", "share", "share_low", "share_high"),
    *("exponential_share", "power_law_share", "power_law_share_low", "power_law_share_high"),
    "verdict",
]
SOURCE_CLASS = [
    *("model", "corpus", "order", "class", "tail", "positions", "influence", "influence_low"),
    *("influence_high", "tail_positions", "tail_influence", "tail_influence_low"),
    *("tail_influence_high", "tail_left_out", "tail_left_out_low", "tail_left_out_high"),
]
AT_A_FRACTION = r"_\d[.\d]*$"
AREAS = r"aopc|sufficiency"
FAITHFULNESS = [
    *("model", "data", "method", "conventions", "measure", "value", "standard_error", "n")
]
PAIRS = [
    *("model", "data", "conventions", "measure", "method", "other"),
    *("difference", "low", "high", "p_holm", "n"),
]
SPECTRUM = ["model", "data", "rank", "eigenvalue", "share", "share_low", "share_high", "n"]
RANKS = [1, 4, 16, 64, 256]
SANITY = ["model", "data", "method", "layers", "rank_correlation", "standard_error", "n", "notices"]
RADIUS = [
    *("model", "corpus", "order", "direction", "distance", "windows", "n"),
    *("radius", "radius_low", "radius_high", "share_below", "share_above"),
    *("epsilon_min", "epsilon_max"),
]
SECOND_ORDER = [
    *("model", "corpus", "order", "distance", "epsilon", "n"),
    *("divergence_ratio", "divergence_ratio_low", "divergence_ratio_high"),
]
EFFECT_FITS = [
    *("model", "corpus", "order", "intervention", "effect", "windows", "predictions"),
    *("distance_min", "distance_max", "near_to_far", "near_to_far_low", "near_to_far_high"),
    *NEARNESS,
    *("p", "p_low", "p_high", "r_squared", "identified", "reason"),
]
AGREEMENT = [
    *("model", "corpus", "order", "effect", "score", "measure", "band", "n"),
    *("mean", "mean_low", "mean_high"),
]
RESPONSE_VERDICTS = ["model", "corpus", "order", "claim", "about", "effect", "answer", "why"]
EXPECTED = [*("model", "prompt", "target", "words", "sources", "by_distance", "spread_tokens")]
SERIES = ["model", "system", "method", "measure", "value", "low", "high", "n"]
INTEGRAND = "integrand_"
EMERGENCE = [
    *("model", "corpus", "objective", "step", "tokens_seen"),
    *("identified", "reason", "direction", "p", "p_low", "p_high"),
    *("least_error", "win_share_power_law"),
    *("held_out_loss", "unigram_loss", "bigram_loss"),
    *(f"{name}_bits_per_byte" for name in ("held_out", "unigram", "bigram")),
]


def quoted_numbers(
    tables: Mapping[str, pd.DataFrame], headline: Mapping[str, Any]
) -> dict[str, Any]:
    """What pages quote of a study, as plain rows without missing values.

    tables: `decay`, `predictions`, `controls`, `verdicts`; `objectives`, `mixtures`, `source_classes`,
    `sensitivity`, `faithfulness` with `faithfulness_pairs`, `faithfulness_sanity`, `spectrum`,
    `scopes`, `series`, the five of the response and `emergence` if there are any;
    headline: the `range` and `skip_sources` that the study reports.

    `profiles`: one row per arm and objective, in reading order: the sample, the loss (nats per
    token), the power law's fit (its parameters where they are identified), and its `rivals` (see
    `_rival`). Checkpoints of a training are left out, for they stand in `emergence`. `differences`:
    the power law's parameters on intact text minus those of a control. `objectives`: those of one
    objective minus those of another. `sensitivity`: what is taken over the predictions.
    `faithfulness`: all but the drops at single fractions; the pairs by areas. `spectrum`: at `RANKS`.
    `scopes`: a row for the expected words of each target of a prompt, see `_expected_words`.
    `series`: all but the integrand (rows of the forecast name no method).
    `response_…`: see `_response`.
    `verdicts`, `mixtures`, `source_classes`, `faithfulness_sanity` and `emergence`: these tables, where
    `least_error` is the family of the least cross-validated error.
    """
    profiles = _profiles(headline_fits(tables["decay"], headline), tables["predictions"])
    controls = headline_fits(tables["controls"], headline)
    paired = controls[
        controls["order"].isin(map(difference_name, PAIRED)) & (controls["family"] == POWER_LAW)
    ]
    numbers = {
        "headline": dict(headline),
        "profiles": sorted(profiles, key=_reading_order),
        "differences": _rows(paired, [*PROFILE, *ESTIMATES]),
        "verdicts": _rows(tables["verdicts"], VERDICT),
    }
    if "objectives" in tables:
        apart = headline_fits(tables["objectives"], headline)
        apart = apart[apart["family"] == POWER_LAW]
        numbers["objectives"] = _rows(apart, [*PROFILE, "identified", "reason", *ESTIMATES])
    if "mixtures" in tables:
        numbers["mixtures"] = _rows(tables["mixtures"], MIXTURE)
    if "source_classes" in tables:
        numbers["source_classes"] = _rows(tables["source_classes"], SOURCE_CLASS)
    if "sensitivity" in tables:
        chosen = tables["sensitivity"]["changed"].isin(CHANGED)
        numbers["sensitivity"] = _rows(tables["sensitivity"][chosen], SENSITIVITY)
    if "faithfulness" in tables:
        judged = tables["faithfulness"]
        drops = judged["measure"].str.contains(AT_A_FRACTION)
        numbers["faithfulness"] = _rows(judged[~drops], FAITHFULNESS)
        pairs = tables["faithfulness_pairs"]
        numbers["faithfulness_pairs"] = _rows(pairs[pairs["measure"].str.match(AREAS)], PAIRS)
    if "faithfulness_sanity" in tables:
        numbers["faithfulness_sanity"] = _rows(tables["faithfulness_sanity"], SANITY)
    if "spectrum" in tables:
        spectrum = tables["spectrum"]
        numbers["spectrum"] = _rows(spectrum[spectrum["rank"].isin(RANKS)], SPECTRUM)
    if "scopes" in tables:
        numbers["scopes"] = list(_expected_words(tables["scopes"]))
    if "series" in tables:
        series = tables["series"]
        path = series["measure"].str.startswith(INTEGRAND)
        numbers["series"] = _rows(series[~path], SERIES)
    if "response" in tables:
        numbers |= _response(tables)
    if "emergence" in tables:
        numbers["emergence"] = _rows(_with_best(tables["emergence"]), EMERGENCE)
    return numbers


def _profiles(fits: pd.DataFrame, predictions: pd.DataFrame) -> Iterable[Row]:
    losses = predictions.set_index(ARM)[LOSS]
    for names, rows in without_steps(fits).groupby(PROFILE, sort=False):
        key: Any = names
        families = {str(row["family"]): row for row in rows.to_dict("records")}
        if POWER_LAW in families:
            power = families.pop(POWER_LAW)
            yield {
                **dict(zip(PROFILE, key, strict=True)),
                **_row(losses.loc[key[:-1]]),
                **_row({name: power[name] for name in SHAPE}),
                **(_row({name: power[name] for name in ESTIMATES}) if power["identified"] else {}),
                "rivals": {family: _rival(fit) for family, fit in families.items()},
            }


def _rival(fit: Mapping[Any, Any]) -> Row:
    """R², the exponential's `nearness` to the power law, and how far a family is `behind` that.

    `behind`: the difference of the cross-validated errors, in its standard errors; left out where
    there is none.
    """
    row = _row({name: fit[name] for name in ("r_squared", *NEARNESS) if name in fit})
    behind, error = fit["behind_power_law"], fit["behind_power_law_se"]
    return row | ({"behind": _number(behind / error)} if error > 0 else {})


def _expected_words(scopes: pd.DataFrame) -> Iterable[Row]:
    """A row for the expected words of each target: `rank`, `spread` and `comes_out` by method."""
    looking = scopes[~scopes["method"].str.startswith("distance")]
    for names, rows in looking.groupby(EXPECTED, sort=False):
        key: Any = names
        by_method = rows.set_index("method")
        yield {
            **_row(dict(zip(EXPECTED, key, strict=True))),
            "rank": _row(by_method["rank"]),
            "spread": _row(by_method["spread"]),
            "comes_out": list(by_method.index[by_method["comes_out"]]),
        }


def _response(tables: Mapping[str, pd.DataFrame]) -> Row:
    """The linearity radii, the second order in intact text, the power laws of effects, all verdicts."""
    ratios = tables["response"].dropna(subset=["divergence_ratio"])
    fits = tables["response_fits"]
    return {
        "response_radius": _rows(tables["response_radius"], RADIUS),
        "response_second_order": _rows(ratios[ratios["order"] == INTACT], SECOND_ORDER),
        "response_fits": _rows(fits[fits["family"] == POWER_LAW], EFFECT_FITS),
        "response_agreement": _rows(tables["response_agreement"], AGREEMENT),
        "response_verdicts": _rows(tables["response_verdicts"], RESPONSE_VERDICTS),
    }


def _with_best(emergence: pd.DataFrame) -> pd.DataFrame:
    """The table with `least_error`, the family whose cross-validated error is the least.

    Where a fitted decay is a constant, their errors are equal: the one with fewer parameters counts.
    """
    errors = emergence.filter(like=ERROR).rename(columns=lambda name: name.removeprefix(ERROR))
    simplest_first = sorted(errors, key=lambda name: len(FAMILIES[str(name)].parameters))
    least = errors.le(errors.min(axis=1) * (1 + EQUAL), axis=0)[simplest_first]
    return emergence.assign(least_error=least.idxmax(axis=1).where(least.any(axis=1)))


def _rows(table: pd.DataFrame, columns: list[str]) -> list[Row]:
    """The rows of a table in the columns that it has."""
    return [_row(row) for row in table.filter(columns).to_dict("records")]


def _row(values: Mapping[Any, Any] | pd.Series) -> Row:
    """The values that are there, numbers rounded; whole numbers stay whole."""
    return {
        str(name): value if isinstance(value, str | bool) else _number(value)
        for name, value in values.items()
        if not pd.isna(value)
    }


def _number(value: float) -> float | int:
    """To `DIGITS` digits: so many that a page, which rounds again, shows what tables and figures do."""
    return int(value) if float(value).is_integer() else float(f"{value:.{DIGITS}g}")


def _reading_order(profile: Row) -> tuple[Any, ...]:
    """Trained weights before random ones, intact before its controls, the true logit before others."""
    weights, order = (reading_order((profile[key], None)) for key in ("weights", "order"))
    other = profile["objective"] != "true_logit"
    return profile["model"], weights, profile["corpus"], order, other, profile["objective"]
