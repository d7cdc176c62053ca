"""The scores of one prediction, in one call."""

import numpy as np
import pytest
from explained import predictions
from tiny_models import build

from token_influence.attribution.attribute import attribute as several
from token_influence.attribution.fisher import Fisher
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.single import attribute
from token_influence.attribution.targets import Contrast, Token, TrueToken
from token_influence.errors import AttributionError


@pytest.mark.parametrize(
    ("given", "target"),
    [(None, TrueToken()), (3, Token(3)), (0, Token(0)), (Contrast(1, 2), Contrast(1, 2))],
)
@pytest.mark.parametrize("method", ["input_x_gradient", Fisher(rank=2)])
def test_scores_are_those_of_the_call_for_many(given, target, method) -> None:
    (text,) = predictions()
    model = build("llama")
    scores = attribute(model, text.token_ids, text.position, given, method=method, bos_id=1)
    same = Prediction("a", text.token_ids, text.position, target)
    ((expected,),) = (found.values() for found in several(model, [same], [method], bos_id=1))
    assert scores.shape == (text.position + 1,)
    assert np.array_equal(scores, expected)


@pytest.mark.parametrize(
    ("ids", "position", "message"),
    [
        ([], 0, "The text of token_ids has no token."),
        ([1, 2], 5, "token_ids is to be explained at position 5, but its text has 2 tokens"),
        ([1, 2], 1, "name another target"),
    ],
)
def test_what_cannot_be_explained_is_told_in_one_sentence(ids, position, message) -> None:
    with pytest.raises(AttributionError, match=message):
        attribute(build("llama"), ids, position)
