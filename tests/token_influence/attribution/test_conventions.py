"""The weights of the AOPC, and the methods that go with each preset."""

from dataclasses import replace

import numpy as np
import pytest

from token_influence.attribution.attribute import resolve
from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER, PRESETS


def test_the_weights_are_the_published_ones() -> None:
    """k = 0 is not among them, and they are not divided by the span."""
    for conventions in PRESETS.values():
        np.testing.assert_allclose(conventions.weights(), [0.025, 0.075, 0.05])


@pytest.mark.parametrize("divided", [False, True])
@pytest.mark.parametrize("from_zero", [False, True])
def test_the_weights_are_the_trapezoidal_rule(from_zero: bool, divided: bool) -> None:
    fractions = (0.1, 0.3, 0.4, 0.9)
    conventions = replace(
        AS_IN_PAPER, fractions=fractions, from_zero=from_zero, divided_by_span=divided
    )
    drops = np.array([-1.0, -3.0, -2.0, -7.0])
    x, y = np.array(fractions), drops
    if from_zero:
        x, y = np.append(0, x), np.append(0, y)
    expected = np.trapezoid(y, x) / (x[-1] - x[0] if divided else 1)
    assert conventions.weights() @ drops == pytest.approx(expected)


def test_the_code_differs_from_the_paper_in_these() -> None:
    changed = {
        name for name, value in vars(AS_IN_CODE).items() if value != getattr(AS_IN_PAPER, name)
    }
    assert changed == {
        "drop_of",
        "target_token",
        "gradient_of",
        "integrated_gradients_steps",
        "integrated_gradients_weighted",
    }


def test_the_published_methods_have_their_labels() -> None:
    assert list(AS_IN_PAPER.published_methods().values()) == [
        "random",
        "integrated_gradients",
        "input_x_gradient",
        "semantic",
        "temperature",
        "fisher",
    ]
    assert AS_IN_CODE.published_methods()["integrated_gradients"] == (
        "integrated_gradients-steps=5-of=log_probability-weighted=True"
    )
    for conventions in PRESETS.values():
        labels = list(conventions.published_methods().values())
        assert [method.label for method in resolve(labels)] == labels


def test_begin_of_text_is_read_only_where_it_is_asked_for() -> None:
    assert AS_IN_CODE.bos_id(1) is None
    assert replace(AS_IN_CODE, begin_of_text=True).bos_id(1) == 1
    assert replace(AS_IN_CODE, begin_of_text=True).bos_id(None) is None
