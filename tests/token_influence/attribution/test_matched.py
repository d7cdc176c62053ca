"""Choices within bands of distance."""

from itertools import combinations

import numpy as np
import pytest
from tiny_models import VOCABULARY, build

from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.attribution.drops import drops
from token_influence.attribution.matched import bands, matched
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import mask


def text(sources: int, key: str = "text") -> Prediction:
    ids = np.random.default_rng(sources).integers(3, VOCABULARY, sources + 1)
    return Prediction(key, tuple(ids.tolist()), sources - 1)


@pytest.mark.parametrize("conventions", [AS_IN_PAPER, AS_IN_CODE])
def test_each_source_is_in_the_band_of_its_distance(conventions) -> None:
    found = bands(text(100), conventions)
    distances = {name: sorted(99 - positions) for name, positions in found.items()}
    assert distances == {
        "0": [0],
        "1-3": [1, 2, 3],
        "4-15": list(range(4, 16)),
        "16-63": list(range(16, 64)),
        "64-": list(range(64, 100)),
    }
    assert list(bands(text(3), conventions)) == ["0", "1-3"]


def test_every_method_ablates_as_many_tokens_in_each_band() -> None:
    prediction = text(24)
    scores = {"near": np.arange(24.0), "far": -np.arange(24.0)}
    found = matched(build("llama"), [prediction], [scores], AS_IN_PAPER, bos_id=None, share=0.25)
    tokens = found.pivot(index="band", columns="method", values="tokens")
    assert (tokens["near"] == tokens["far"]).all()
    assert tokens["near"].to_dict() == {"0": 1, "1-3": 1, "4-15": 3, "16-63": 2, "all": 6}


def test_the_drops_are_those_of_the_first_tokens_in_the_band() -> None:
    model, prediction = build("llama"), text(24)
    scores = {"near": np.arange(24.0)}
    found = matched(model, [prediction], [scores], AS_IN_PAPER, bos_id=None, share=0.25, draws=3)
    found = found.set_index("band")
    chosen = {"0": [23], "1-3": [22], "4-15": [19, 18, 17], "16-63": [7, 6]}
    chosen["all"] = [*chosen["1-3"], *chosen["4-15"], *chosen["16-63"]]
    for band, positions in chosen.items():
        rows = mask(prediction, np.array(positions))[None]
        (expected,) = drops(model, [prediction], [rows], AS_IN_PAPER, bos_id=None)[0]
        assert found.loc[band, "drop"] == pytest.approx(expected, abs=1e-6)
    # Three choices of one token: their mean is the expectation, exactly.
    rows = np.array([mask(prediction, np.array([p])) for p in (20, 21, 22)])
    every = drops(model, [prediction], [rows], AS_IN_PAPER, bos_id=None)[0]
    assert found.loc["1-3", "random"] == pytest.approx(every.mean(), abs=1e-6)
    np.testing.assert_allclose(found["difference"], found["drop"] - found["random"])


def test_the_predicting_position_makes_no_difference() -> None:
    scores = {"one": np.arange(24.0), "two": np.ones(24)}
    found = matched(build("llama"), [text(24)], [scores], AS_IN_PAPER, bos_id=None)
    assert (found[found.band == "0"].difference.abs() < 1e-6).all()


def test_where_no_band_leaves_a_choice_there_is_no_joint_ablation() -> None:
    found = matched(build("llama"), [text(2)], [{"one": np.ones(2)}], AS_IN_PAPER, bos_id=None)
    assert found.band.tolist() == ["0", "1-3"]


def test_chance_is_of_the_seed_and_the_key_alone() -> None:
    model = build("llama")
    few, many = [text(24, "a")], [text(20, "b"), text(24, "a")]
    scores = {"one": np.arange(24.0)}
    alone = matched(model, few, [scores], AS_IN_PAPER, bos_id=None, draws=2)
    both = matched(
        model, many, [{"one": np.arange(20.0)}, scores], AS_IN_PAPER, bos_id=None, draws=2
    )
    np.testing.assert_allclose(alone.random, both[both.key == "a"].random, atol=1e-6)
    other = matched(model, few, [scores], AS_IN_PAPER, bos_id=None, draws=2, seed=1)
    assert not np.allclose(alone.random, other.random, atol=1e-4)


def test_random_scores_have_no_advantage_on_average() -> None:
    """The zero: over every possible choice of 1 token of 3, the mean difference vanishes."""
    model, prediction = build("llama"), text(4)
    scores = {str(c): np.isin(np.arange(4), c).astype(float) for c in combinations(range(3), 1)}
    found = matched(model, [prediction], [scores], AS_IN_PAPER, bos_id=None)
    assert found[found.band == "1-3"].difference.mean() == pytest.approx(0, abs=1e-6)
    assert found[found.band == "1-3"].difference.abs().max() > 1e-3
