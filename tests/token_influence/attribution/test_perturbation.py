"""AOPC against a plain implementation of both conventions, one text at a time."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tiny_models import VOCABULARY, build

from benchmarks.faithfulness_plain import CODE, GRADIENTS, PAPER, drops
from benchmarks.faithfulness_plain import aopc as plain_aopc
from token_influence.attribution.attribute import attribute
from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.attribution.perturbation import aopc, aopc_errors, perturb
from token_influence.attribution.predictions import Prediction
from token_influence.errors import AttributionError

LENGTHS = (21, 30, 9)
# The paper takes 100 steps of integrated gradients; fewer tell the same here.
SHORT = replace(AS_IN_PAPER, integrated_gradients_steps=6), replace(PAPER, steps=6)
WAYS = pytest.mark.parametrize(
    ("conventions", "way"), [SHORT, (AS_IN_CODE, CODE)], ids=["paper", "code"]
)


def texts() -> list[Prediction]:
    """Texts of random tokens, each predicting its last token."""
    generator = np.random.default_rng(3)
    return [
        Prediction(f"text/{k}", tuple(generator.integers(3, VOCABULARY, n).tolist()), n - 2)
        for k, n in enumerate(LENGTHS)
    ]


def random_scores(predictions: list[Prediction]) -> list[dict[str, np.ndarray]]:
    generator = np.random.default_rng(4)
    return [
        {name: generator.random(len(p.read)).astype(np.float32) for name in ("one", "two")}
        for p in predictions
    ]


@WAYS
def test_the_published_methods_drop_as_in_a_plain_implementation(conventions, way) -> None:
    model, predictions = build("llama"), texts()
    labels = conventions.published_methods()
    scores = attribute(model, predictions, list(labels.values()), bos_id=None, batch_size=4)
    found = perturb(model, predictions, scores, conventions, bos_id=None, batch_size=7)
    wide = found.pivot(index=["key", "method"], columns="fraction", values="drop")
    areas = aopc(found, conventions)
    for k, prediction in enumerate(predictions):
        for method, label in labels.items():
            given = None if method in GRADIENTS else np.append(scores[k][label], 0.0)
            expected = drops(model, list(prediction.token_ids), method, way, given)
            np.testing.assert_allclose(wide.loc[prediction.key, label], expected, atol=1e-5)
            assert areas.loc[prediction.key, label] == pytest.approx(plain_aopc(expected), abs=1e-5)


def test_the_ways_differ_so_that_the_test_above_can_tell() -> None:
    model, ids = build("llama"), list(texts()[0].token_ids)
    for method in GRADIENTS:
        paper, code = (drops(model, ids, method, way) for way in (SHORT[1], CODE))
        assert not np.allclose(paper, code, atol=1e-3), method


def test_other_passages_and_batches_change_nothing() -> None:
    model, predictions = build("llama"), texts()
    scores = random_scores(predictions)
    together = perturb(model, predictions, scores, AS_IN_PAPER, bos_id=1, batch_size=64)
    alone = [
        perturb(model, [p], [s], AS_IN_PAPER, bos_id=1, batch_size=1)
        for p, s in zip(predictions, scores, strict=True)
    ]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), atol=1e-5)


def test_a_whole_curve_ends_where_all_tokens_are_gone() -> None:
    model, predictions = build("llama"), texts()
    scores = random_scores(predictions)
    curve = perturb(model, predictions, scores, AS_IN_PAPER, bos_id=None, fractions=(0.3, 1.0))
    last = curve[curve.fraction == 1.0].pivot(index="key", columns="method", values="drop")
    np.testing.assert_allclose(last["one"], last["two"], atol=1e-6)
    assert curve[curve.fraction == 1.0].groupby("key").tokens.first().tolist() == [20, 29, 8]


def test_what_is_kept_is_what_would_have_been_ablated() -> None:
    """Keeping the first n ablates the rest: the first ones by the negative scores."""
    model, predictions = build("llama"), texts()[:1]
    scores = random_scores(predictions)
    kept = perturb(
        model, predictions, scores, AS_IN_PAPER, bos_id=None, fractions=(0.2,), keep=True
    )
    reverse = [{name: -values for name, values in scores[0].items()}]
    rest = 16 / 21  # 20 tokens but 4
    ablated = perturb(model, predictions, reverse, AS_IN_PAPER, bos_id=None, fractions=(rest,))
    assert kept.tokens.tolist() == [4, 4]
    assert ablated.tokens.tolist() == [16, 16]
    np.testing.assert_allclose(kept["drop"], ablated["drop"], atol=1e-6)


def test_the_standard_error_is_over_passages_or_as_if_fractions_were_independent() -> None:
    generator = np.random.default_rng(0)
    rows = [
        {"key": key, "method": "m", "fraction": fraction, "tokens": 1, "drop": drop}
        for key in map(str, range(40))
        for fraction, drop in zip((0.05, 0.1, 0.2), generator.normal(-5, 2, 3), strict=True)
    ]
    frame = pd.DataFrame(rows)
    own = aopc(frame, AS_IN_PAPER)["m"]
    expected = own.std(ddof=1) / np.sqrt(40)
    assert aopc_errors(frame, AS_IN_PAPER)["m"] == pytest.approx(expected)
    s5, s10, s20 = frame.groupby("fraction")["drop"].std(ddof=0) / np.sqrt(40)
    published = np.sqrt(0.025**2 * (s5**2 + s10**2) + 0.05**2 * (s10**2 + s20**2))
    as_published = replace(AS_IN_PAPER, standard_error="fractions")
    assert aopc_errors(frame, as_published)["m"] == pytest.approx(published)
    from_zero = replace(as_published, from_zero=True, divided_by_span=True)
    with_zero = np.sqrt(published**2 + 0.025**2 * s5**2) / 0.2
    assert aopc_errors(frame, from_zero)["m"] == pytest.approx(with_zero)


def test_scores_of_another_length_are_refused() -> None:
    predictions = texts()[:1]
    with pytest.raises(AttributionError, match="The scores of m for text/0 have shape"):
        perturb(build("llama"), predictions, [{"m": np.ones(3)}], AS_IN_PAPER, bos_id=None)
