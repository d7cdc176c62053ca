"""Each measure judges one method as the library's functions do for all methods at once."""

import numpy as np
import pandas as pd
import pytest
from explained import POSITION, predictions
from tiny_models import build

from token_influence.attribution.agreement import leave_one_out, top_ranks
from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.attribution.datamodeling import CEILING, Masks, correlations, random_ablations
from token_influence.attribution.drops import replacement
from token_influence.attribution.matched import matched
from token_influence.attribution.measures import CURVE, MEASURES, Setting
from token_influence.attribution.nearness import explained_by_distance
from token_influence.attribution.perturbation import perturb

GENERATOR = np.random.default_rng(0)
METHODS = ("first", "second")
PASSAGES = 3
SCORES = [
    {method: GENERATOR.random(POSITION + 1).astype("float32") for method in METHODS}
    for _ in range(PASSAGES)
]


@pytest.fixture(scope="module")
def setting() -> Setting:
    return Setting(build("llama"), predictions(PASSAGES), AS_IN_CODE, None, 5, pool=(3, 4, 5, 6))


def judged(setting: Setting, name: str) -> pd.DataFrame:
    """The values of a measure for both methods, each judged by itself; indexed by method, key, part."""
    measure = MEASURES[name]
    reference = measure.reference(setting) if measure.reference else None
    without = setting if measure.reads_model else Setting(None, *list(vars(setting).values())[1:])
    tables = {
        method: measure.judge(without, [each[method] for each in SCORES], reference)
        for method in METHODS
    }
    found = pd.concat(tables, names=["method"]).reset_index(level="method")
    return found.set_index(["method", "key", "part"])["value"].sort_index()


def same(found: pd.Series, expected: pd.DataFrame, part: str, value: str) -> None:
    wanted = expected.set_index(["method", "key", part])[value].sort_index()
    assert list(found.index) == list(wanted.index)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_what_the_distance_explains(setting):
    found = judged(setting, "nearness")
    for method in METHODS:
        for each, scores in zip(setting.predictions, SCORES, strict=True):
            expected = explained_by_distance(scores[method])
            assert found[method, each.key].to_dict() == expected


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("aopc", {}),
        ("aopc_mean", {"kind": "mean"}),
        ("aopc_corpus", {"kind": "corpus"}),
        ("curve", {"fractions": CURVE}),
        ("sufficiency", {"keep": True}),
    ],
)
def test_ablations(setting, name, options):
    replace = replacement(setting.read, options.pop("kind", "zeros"), pool=setting.pool, seed=5)
    common = (setting.read, setting.predictions, SCORES, AS_IN_CODE)
    expected = perturb(*common, bos_id=None, replace=replace, **options)
    expected["part"] = expected["fraction"].astype(float).astype(str)
    same(judged(setting, name), expected, "part", "drop")


def test_matched_for_distance(setting):
    common = (setting.read, setting.predictions, SCORES, AS_IN_CODE)
    expected = matched(*common, bos_id=None, seed=5)
    same(judged(setting, "matched"), expected, "band", "difference")


def test_the_linear_datamodeling_score(setting):
    read = (setting.read, setting.predictions, AS_IN_CODE, Masks(seed=5))
    expected = correlations(
        setting.predictions, SCORES, random_ablations(*read, bos_id=None), AS_IN_CODE, Masks(seed=5)
    )
    found = judged(setting, "lds")
    own = expected[expected["method"] != CEILING].assign(part="")
    same(found[found.index.get_level_values("part") == ""], own, "part", "correlation")
    ceilings = found[found.index.get_level_values("part") == CEILING]
    expected = expected[expected["method"] == CEILING]["correlation"]
    np.testing.assert_allclose(ceilings["first"], expected.sort_index(), atol=1e-6)


def test_leave_one_out(setting):
    effects = leave_one_out(setting.read, setting.predictions, AS_IN_CODE, bos_id=None)
    expected = top_ranks(setting.predictions, SCORES, effects, AS_IN_CODE)
    same(judged(setting, "leave_one_out"), expected, "by", "percent")


def test_conventions_and_begin_of_text_reach_the_model(setting):
    changed = Setting(setting.model, setting.predictions, AS_IN_PAPER, 1, 5)
    assert not np.allclose(judged(setting, "aopc"), judged(changed, "aopc"), atol=1e-3)
