"""The linear datamodeling score, its masks and its ceiling."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from explained import predictions
from tiny_models import build

from token_influence.attribution import datamodeling
from token_influence.attribution.conventions import AS_IN_PAPER, Conventions
from token_influence.attribution.datamodeling import Masks, ceiling, correlations, random_ablations
from token_influence.errors import AttributionError

TRUE = np.array([3.0, 0.2, 1.0, 0.0, 0.5, 2.0, 0.1, 0.0, 1.5, 0.7])


def additive(monkeypatch, noise: float = 0.0) -> list[np.ndarray]:
    """Let drops be sums of `TRUE` over the ablated tokens; returns the masks that are asked for."""
    asked = []

    def drops(model, some, masks, conventions, **options):
        asked.extend(masks)
        generator = np.random.default_rng(0)
        return [-(rows @ TRUE) + noise * generator.standard_normal(len(rows)) for rows in masks]

    monkeypatch.setattr(datamodeling, "drops", drops)
    return asked


def scored(
    scores: dict[str, np.ndarray],
    texts: int = 1,
    model=None,
    conventions: Conventions = AS_IN_PAPER,
    **options,
) -> pd.DataFrame:
    """The scores' correlations over `texts` predictions; options: of `Masks`."""
    some, masks = predictions(texts), Masks(**options)
    measured = random_ablations(model, some, conventions, masks, bos_id=None)
    return correlations(some, [scores] * texts, measured, conventions, masks)


def by_method(scores: dict[str, np.ndarray], **options) -> dict[str, float]:
    found = scored(scores, **options)
    return dict(zip(found.method, found.correlation, strict=True))


def test_a_sum_is_predicted_by_its_own_scores(monkeypatch) -> None:
    additive(monkeypatch)
    found = by_method({"true": TRUE, "against": -TRUE, "equal": np.zeros(10), "other": TRUE[::-1]})
    assert found["true"] == pytest.approx(1)
    assert found["against"] == pytest.approx(-1)
    assert found["equal"] == 0
    assert abs(found["other"]) < 0.6
    assert found["ceiling"] > 0.999


def test_the_ceiling_falls_with_what_no_sum_can_predict(monkeypatch) -> None:
    additive(monkeypatch, noise=float(TRUE.std()) * 2)
    found = by_method({"true": TRUE}, count=512)
    assert 0.3 < found["ceiling"] <= found["true"] + 0.05 < 0.9
    generator = np.random.default_rng(1)
    ablated, falls = generator.random((400, 10)) < 0.5, generator.standard_normal(400)
    assert abs(ceiling(ablated, falls)) < 0.15


def test_masks_keep_the_stated_share_and_belong_to_the_key(monkeypatch) -> None:
    asked = additive(monkeypatch)
    for _ in range(2):
        scored({"m": TRUE}, 2, count=400, keep_rate=0.8)
    assert asked[0].shape == (400, 10)
    assert asked[0].mean() == pytest.approx(0.2, abs=0.03)
    assert np.array_equal(asked[0], asked[2])
    assert not np.array_equal(asked[0], asked[1])


def test_what_is_no_candidate_stays(monkeypatch) -> None:
    asked = additive(monkeypatch)
    conventions = replace(AS_IN_PAPER, first_token=False, predicting_token=False)
    scored({"m": TRUE}, conventions=conventions)
    assert not asked[0][:, [0, 9]].any()
    assert asked[0][:, 1:9].any(axis=0).all()


def test_a_real_model_is_measured() -> None:
    found = scored({"m": TRUE}, 2, build("llama"))
    assert found.method.tolist() == ["m", "ceiling"] * 2
    assert found.correlation.abs().max() <= 1


@pytest.mark.parametrize(("masks", "keep_rate"), [(127, 0.5), (128, 0.0), (128, 1.0)])
def test_too_few_masks_and_other_rates_are_refused(masks: int, keep_rate: float) -> None:
    with pytest.raises(AttributionError, match=f"{masks} masks at the keep rate {keep_rate} were"):
        Masks(masks, keep_rate)
