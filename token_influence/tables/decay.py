"""The study's results as flat tables: decay, profiles, predictions, models, corpora."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from token_influence.decay.comparison import DUEL
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.profiles.labels import POOLED
from token_influence.ranges import range_label

Record = Mapping[str, Any]

ARM = ["model", "weights", "corpus", "order"]
SAMPLE = ["seed", "skip_sources", "distance_min", "distance_max"]
FIT = ["range", "family", "n", "windows", "predictions", "identified", "reason"]
TREND = ["direction", "trend", "trend_low", "trend_high"]
SHAPES = dict.fromkeys(shape.name for family in FAMILIES.values() for shape in family.shapes)
PARAMETERS = [*SHAPES, "gamma", "beta"]
STATISTICS = ["r_squared", "r_squared_log", "rss", "aic", "aicc", "bic", "akaike_weight"]
ALWAYS = ["r_squared", "rss", "aic", "bic"]
OPTIONAL = ["win_share", "cv_error", "cv_error_se", *DUEL, "residual_autocorrelation"]
CURVE = ["distance", "n", "median", "mean", "q05", "q25", "q75", "q95"]
FACTS = ["architecture", "parameters", "layers", "width", "heads", "context", "vocabulary", "tied"]


def parameter_columns(fit: Record) -> dict[str, Any]:
    """Each parameter's estimate under its name, its interval under `_low` and `_high`."""
    columns = {}
    for name in FAMILIES[fit["family"]].parameters:
        parameter = fit["parameters"][name]
        columns[name] = parameter["estimate"]
        columns[f"{name}_low"], columns[f"{name}_high"] = parameter["low"], parameter["high"]
    return columns


def trend_columns(record: Record, fit: Record) -> dict[str, Any]:
    """The direction and trend measured on the fit's seed, sources and range."""
    for trend in record["trend"]:
        if all(trend[key] == fit[key] for key in SAMPLE):
            slope = trend["trend"]
            values = [trend["direction"], slope["estimate"], slope["low"], slope["high"]]
            return dict(zip(TREND, values, strict=True))
    raise DecayError(
        f"{'/'.join(record['arm'].values())}: there is no trend for seed {fit['seed']} on "
        f"r = {range_label(fit['distance_min'], fit['distance_max'])}"
    )


def decay_row(record: Record, fit: Record) -> dict[str, Any]:
    """One fit as a flat row; an identified fit with a missing value is refused."""
    parameters = parameter_columns(fit)
    statistics = {key: fit[key] for key in STATISTICS}
    needed = {**parameters, **{key: fit[key] for key in ALWAYS}}
    missing = [key for key, value in needed.items() if value is None]
    if fit["identified"] and missing:
        raise DecayError(
            f"{'/'.join(record['arm'].values())}: the identified {fit['family']} fit of seed "
            f"{fit['seed']} has no {', '.join(missing)}"
        )
    published = fit.get("as_published") or {}
    return {
        **record["arm"],
        **{key: fit[key] for key in [*SAMPLE, *FIT]},
        **trend_columns(record, fit),
        **parameters,
        **statistics,
        **{key: fit[key] for key in OPTIONAL if fit.get(key) is not None},
        **{f"as_published_{key}": value for key, value in published.items()},
    }


def decay_columns(rows: Iterable[Record]) -> list[str]:
    """The columns that occur, in reading order: keys, outcome, parameters, statistics."""
    found = dict.fromkeys(key for row in rows for key in row)
    parameters = [f"{name}{end}" for name in PARAMETERS for end in ("", "_low", "_high")]
    known = [*ARM, "objective", *SAMPLE, *FIT, *TREND, *parameters, *STATISTICS, *OPTIONAL]
    return [key for key in [*known, *(key for key in found if key not in known)] if key in found]


def decay_table(records: Sequence[Record]) -> pd.DataFrame:
    """One row per arm, objective, seed, sources, range and family.

    A field is empty where the family has no such parameter or the fit found no such value;
    in an identified fit the latter raises DecayError.
    """
    rows = [decay_row(record, fit) for record in records for fit in record["fits"]]
    return pd.DataFrame(rows, columns=decay_columns(rows))


def profiles_table(profiles: pd.DataFrame, skip_sources: int) -> pd.DataFrame:
    """The pooled profiles without the first `skip_sources` positions, one row per distance.

    `profiles` carries the arm's keys and `objective` beside the columns of a profile.
    """
    chosen = (profiles["seed"] == POOLED) & (profiles["skip_sources"] == skip_sources)
    return profiles.loc[chosen, [*ARM, "objective", *CURVE]]


def labelled(frames: Iterable[pd.DataFrame], keys: Iterable[Record]) -> pd.DataFrame:
    """The frames one under another, each row carrying the keys of its frame."""
    pairs = zip(frames, keys, strict=True)
    return pd.concat([frame.assign(**key) for frame, key in pairs], ignore_index=True)


def prediction_row(predictions: pd.DataFrame) -> dict[str, Any]:
    """How well one arm predicts; the loss's standard error is over windows, not predictions."""
    by_window = predictions.groupby(["seed", "window"])["nll"].mean()
    return {
        "windows": len(by_window),
        "predictions": len(predictions),
        "loss": by_window.mean(),
        "loss_se": by_window.sem(),
        "entropy": predictions["entropy"].mean(),
        "median_rank": predictions["true_rank"].median(),
        "accuracy": (predictions["true_rank"] == 1).mean(),
    }


def predictions_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row per arm: mean loss and entropy in nats, median rank of the true token, accuracy.

    `predictions` carries `seed` and the arm's keys beside the measured columns.
    """
    groups = predictions.groupby(ARM, sort=False)
    rows = [{**dict(zip(ARM, arm, strict=True)), **prediction_row(part)} for arm, part in groups]
    return pd.DataFrame(rows)


def models_table(manifests: Mapping[str, Record]) -> pd.DataFrame:
    """One row per model, from the manifest of its trained checkpoint."""
    provenance = ["quantisation", "revision", "licence"]
    rows = [
        {
            "model": model,
            **{fact: manifest["facts"][fact] for fact in FACTS},
            **{key: manifest[key] for key in provenance},
        }
        for model, manifest in manifests.items()
    ]
    return pd.DataFrame(rows)


def corpora_table(
    corpora: Mapping[str, Record],
    documents: Mapping[str, pd.DataFrame],
    windows: pd.DataFrame,
) -> pd.DataFrame:
    """One row per corpus and model that reads it.

    corpora: `licence` and `source` by corpus; windows: one row per intact window, with `model`,
    `corpus` and `corpus_tokens`, the tokens of the corpus as the model counts them.
    """
    rows = []
    pairs = windows[["corpus", "model"]].drop_duplicates().itertuples(index=False, name=None)
    for corpus, model in pairs:
        drawn = windows[(windows["corpus"] == corpus) & (windows["model"] == model)]
        texts = documents[corpus]
        rows.append(
            {
                "corpus": corpus,
                "model": model,
                "documents": len(texts),
                "characters": int(texts["text"].str.len().sum()),
                "tokens": int(drawn["corpus_tokens"].iloc[0]),
                "windows": len(drawn),
                **corpora[corpus],
            }
        )
    return pd.DataFrame(rows)
