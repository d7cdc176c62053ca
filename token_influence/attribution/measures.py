"""The measures of faithfulness in one registry: what each reads, and the values that it gives.

A measure judges one method at a time, so that another method runs only itself. What all methods are
compared with, such as the drops under random masks, is measured once, as the measure's reference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from transformers import PreTrainedModel

from token_influence.attribution.agreement import BY, leave_one_out, top_ranks
from token_influence.attribution.conventions import Conventions
from token_influence.attribution.datamodeling import CEILING, Masks, correlations, random_ablations
from token_influence.attribution.drops import replacement
from token_influence.attribution.matched import DRAWS, matched
from token_influence.attribution.nearness import explained_by_distance
from token_influence.attribution.perturbation import perturb
from token_influence.attribution.predictions import Prediction

CURVE = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)

Scores = Sequence[np.ndarray]
"""One method's scores [position + 1] for each prediction."""


@dataclass(frozen=True)
class Setting:
    """What the measures are computed on.

    pool: tokens that replace others, for `aopc_corpus`. model: None for a measure that reads none.
    """

    model: PreTrainedModel | None
    predictions: Sequence[Prediction]
    conventions: Conventions
    bos_id: int | None
    seed: int
    pool: Sequence[int] = ()

    @property
    def read(self) -> PreTrainedModel:
        """The model, which must be there."""
        assert self.model is not None
        return self.model


@dataclass(frozen=True)
class Measure:
    """`judge` gives the columns `key`, `part` and `value` for the scores of one method.

    reference: makes the table that `judge` gets as its last argument. reads_model: whether `judge` does;
    `reference` always does.
    """

    judge: Callable[[Setting, Scores, pd.DataFrame | None], pd.DataFrame]
    reference: Callable[[Setting], pd.DataFrame] | None = None
    reads_model: bool = True


def _ablate(
    setting: Setting,
    scores: Scores,
    _: pd.DataFrame | None,
    *,
    kind: Literal["zeros", "mean", "corpus"] = "zeros",
    fractions: Sequence[float] | None = None,
    keep: bool = False,
) -> pd.DataFrame:
    """The drop at each fraction."""
    replace = replacement(setting.read, kind, pool=setting.pool, seed=setting.seed)
    found = perturb(
        setting.read,
        setting.predictions,
        _named(scores),
        setting.conventions,
        bos_id=setting.bos_id,
        fractions=fractions,
        keep=keep,
        replace=replace,
    )
    return _values(found, [str(float(fraction)) for fraction in found["fraction"]], "drop")


def _chance(setting: Setting) -> pd.DataFrame:
    """The mean drop of random choices in each band: `key`, `band`, `random`."""
    nothing = [np.zeros(len(each.read)) for each in setting.predictions]
    return _matched(setting, nothing, draws=DRAWS)[["key", "band", "random"]]


def _better_than_chance(
    setting: Setting, scores: Scores, reference: pd.DataFrame | None
) -> pd.DataFrame:
    """The drop in each band less that of random choices."""
    assert reference is not None
    found = _matched(setting, scores, draws=0).drop(columns="random")
    found = found.merge(reference, on=["key", "band"], validate="1:1")
    return _values(found.assign(difference=found["drop"] - found["random"]), found["band"])


def _matched(setting: Setting, scores: Scores, draws: int) -> pd.DataFrame:
    return matched(
        setting.read,
        setting.predictions,
        _named(scores),
        setting.conventions,
        bos_id=setting.bos_id,
        draws=draws,
        seed=setting.seed,
    )


def _masked(setting: Setting) -> pd.DataFrame:
    """The drops under random masks: `key`, `mask` (its number), `drop`."""
    found = random_ablations(
        setting.read,
        setting.predictions,
        setting.conventions,
        Masks(seed=setting.seed),
        bos_id=setting.bos_id,
    )
    tables = [
        pd.DataFrame({"key": each.key, "mask": np.arange(len(drops)), "drop": drops})
        for each, drops in zip(setting.predictions, found, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def _correlate(setting: Setting, scores: Scores, reference: pd.DataFrame | None) -> pd.DataFrame:
    """The linear datamodeling score, and its `ceiling`."""
    assert reference is not None
    drops = {key: rows.to_numpy() for key, rows in reference.groupby("key")["drop"]}
    found = correlations(
        setting.predictions,
        _named(scores),
        [drops[each.key] for each in setting.predictions],
        setting.conventions,
        Masks(seed=setting.seed),
    )
    parts = found["method"].where(found["method"] == CEILING, "")
    return _values(found, parts, "correlation")


def _effects(setting: Setting) -> pd.DataFrame:
    """The effects of ablating single sources: `key`, `source` and one column for each order."""
    found = leave_one_out(
        setting.read, setting.predictions, setting.conventions, bos_id=setting.bos_id
    )
    tables = [
        pd.DataFrame({"key": each.key, "source": np.arange(len(each.read)), **effects})
        for each, effects in zip(setting.predictions, found, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def _rank(setting: Setting, scores: Scores, reference: pd.DataFrame | None) -> pd.DataFrame:
    """The place of the top token in each order, in percent of all candidates."""
    assert reference is not None
    effects = {
        key: {by: rows[by].to_numpy() for by in BY} for key, rows in reference.groupby("key")
    }
    found = top_ranks(
        setting.predictions,
        _named(scores),
        [effects[each.key] for each in setting.predictions],
        setting.conventions,
    )
    return _values(found, found["by"], "percent")


def _nearness(setting: Setting, scores: Scores, _: pd.DataFrame | None) -> pd.DataFrame:
    """What the distance alone explains of the scores."""
    rows = [
        {"key": each.key, "part": part, "value": value}
        for each, values in zip(setting.predictions, scores, strict=True)
        for part, value in explained_by_distance(values).items()
    ]
    return pd.DataFrame(rows, columns=["key", "part", "value"])


def _named(scores: Scores) -> list[dict[str, np.ndarray]]:
    return [{"judged": each} for each in scores]


def _values(
    found: pd.DataFrame, parts: Sequence[str] | pd.Series, value: str = "difference"
) -> pd.DataFrame:
    return pd.DataFrame({"key": found["key"], "part": parts, "value": found[value]})


MEASURES: dict[str, Measure] = {
    "aopc": Measure(_ablate),
    "aopc_mean": Measure(partial(_ablate, kind="mean")),
    "aopc_corpus": Measure(partial(_ablate, kind="corpus")),
    "curve": Measure(partial(_ablate, fractions=CURVE)),
    "sufficiency": Measure(partial(_ablate, keep=True)),
    "matched": Measure(_better_than_chance, _chance),
    "lds": Measure(_correlate, _masked, reads_model=False),
    "leave_one_out": Measure(_rank, _effects, reads_model=False),
    "nearness": Measure(_nearness, reads_model=False),
}
"""Each measure by its name in the config, the result files and the tables."""
