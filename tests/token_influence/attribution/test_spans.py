"""Scores of words and spans."""

import numpy as np
import pytest
import torch
from explained import predictions, read_embeddings
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.spans import combine, words
from token_influence.errors import AttributionError

SPANS = [(0, 4), (4, 5), (5, 10)]


def test_the_norm_is_that_of_the_gradient_by_the_whole_span():
    model, (prediction,) = build("llama"), predictions()
    (scores,) = attribute(model, [prediction], ["semantic"], bos_id=None)
    x = read_embeddings(model, prediction)
    logit = model(inputs_embeds=x, use_cache=False).logits[0, -1, prediction.token_ids[10]]
    (gradient,) = torch.autograd.grad(logit, x)
    expected = [gradient[0, begin:end].norm() for begin, end in SPANS]
    np.testing.assert_allclose(combine(scores["semantic"], SPANS, "norm"), expected, rtol=1e-4)


def test_the_sum_keeps_signs():
    np.testing.assert_allclose(
        combine(np.array([1.0, -3.0, 0.5]), [(0, 2), (2, 3)], "sum"), [-2, 0.5]
    )


@pytest.mark.parametrize(
    ("spans", "how", "message"),
    [
        ([(0, 1)], "mean", "by 'mean'; allowed: norm, sum"),
        ([(2, 4)], "sum", "tokens 2 to 3 is not within the 3 sources"),
        ([(1, 1)], "sum", "tokens 1 to 0 is not within"),
    ],
)
def test_bad_spans_are_one_sentence(spans, how, message):
    with pytest.raises(AttributionError, match=message):
        combine(np.ones(3), spans, how)


@pytest.mark.parametrize(
    ("text", "offsets", "expected"),
    [
        # A space belongs to the token after it, or is not covered at all.
        ("a bc de", [(0, 1), (1, 3), (3, 4), (4, 7)], [(0, 1), (1, 3), (3, 4)]),
        ("a bc de", [(0, 1), (2, 3), (3, 4), (5, 7)], [(0, 1), (1, 3), (3, 4)]),
        # White space of its own goes with the word before it; two tokens may share one character.
        ("a \n b", [(0, 1), (1, 3), (3, 5)], [(0, 2), (2, 3)]),
        ("é b", [(0, 1), (0, 1), (1, 3)], [(0, 2), (2, 3)]),
        (" a", [(0, 1), (1, 2)], [(0, 1), (1, 2)]),
        ("", [], []),
    ],
)
def test_words_are_found_by_the_offsets(text, offsets, expected):
    assert words(text, offsets) == expected
