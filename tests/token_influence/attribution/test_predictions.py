"""Predictions that do not fit are refused in one sentence."""

import pytest
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Contrast, Token, Tokens
from token_influence.errors import AttributionError

FINE = (5, 6, 7, 8)


@pytest.mark.parametrize(
    ("prediction", "message"),
    [
        (Prediction("t/1", (), 0), "The text of t/1 has no token"),
        (
            Prediction("t/1", FINE, 4),
            "position 4, but its text has 4 tokens, so 0 to 3 are allowed",
        ),
        (Prediction("t/1", FINE, -1), "position -1, but"),
        (Prediction("t/1", FINE, 3), "t/1 is to be explained at the last of its 4 tokens"),
        (
            Prediction("t/1", (5, 41), 0),
            "text of t/1 holds token id 41, outside the vocabulary of 41",
        ),
        (Prediction("t/1", FINE, 3, Token(41)), "target of t/1 is token id 41, outside"),
        (Prediction("t/1", FINE, 3, Contrast(4, -1)), "target of t/1 is token id -1, outside"),
        (Prediction("t/1", FINE, 2, Tokens(((3, 8),))), "position 3; allowed are 0 to 2"),
        (Prediction("t/1", FINE, 2, Tokens(())), "The target of t/1 names no token"),
        (
            Prediction("t/1", (5,) * 40, 32),
            "t/1 is 34 tokens long with begin-of-text, but the model reads at most 32",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence(prediction: Prediction, message: str):
    with pytest.raises(AttributionError, match=message):
        attribute(build("llama"), [prediction], ["semantic"], bos_id=1)


def test_a_begin_of_text_id_outside_the_vocabulary_is_refused():
    with pytest.raises(AttributionError, match="begin-of-text id 41 is outside"):
        attribute(build("llama"), [Prediction("t/1", FINE, 2)], ["semantic"], bos_id=41)


def test_what_is_read_may_fill_the_context():
    (scores,) = attribute(
        build("llama"), [Prediction("t/1", (5,) * 40, 31)], ["distance"], bos_id=None
    )
    assert scores["distance"].shape == (32,)
