"""Baselines against values computed by hand, and what every probability must obey."""

import numpy as np
import pytest

from token_influence.training.baselines import Bigram, Unigram
from token_influence.training.losses import baseline_loss, bits_per_byte

TEXT = np.array([0, 1, 0, 1, 0, 2], dtype=np.int32)
VOCABULARY = 4


def test_a_unigram_is_its_frequency_with_half_a_count_for_each_token():
    p = np.exp(Unigram(TEXT, VOCABULARY)(np.zeros(4, int), np.arange(4)))
    np.testing.assert_allclose(p, np.array([3.5, 2.5, 1.5, 0.5]) / 8)


def test_a_bigram_by_hand():
    """Pairs 01 twice, 10 twice, 02 once: D = 1 / (1 + 2·2). Every continuation occurs with one kind
    of predecessor, so that they are discounted to equal shares, 1/4 each."""
    bigram = Bigram(TEXT, VOCABULARY)
    after_0 = np.exp(bigram(np.zeros(4, int), np.arange(4)))
    rest = 0.2 * 2 / 3 / 4
    np.testing.assert_allclose(after_0, [rest, 1.8 / 3 + rest, 0.8 / 3 + rest, rest])
    after_1 = np.exp(bigram(np.ones(4, int), np.arange(4)))
    np.testing.assert_allclose(after_1, [1.8 / 2 + 0.025, 0.025, 0.025, 0.025])


@pytest.mark.parametrize("kind", [Unigram, Bigram])
def test_probabilities_add_up_to_one_after_every_token(kind):
    generator = np.random.default_rng(0)
    tokens = np.minimum(generator.geometric(0.08, size=3000), 59)
    predictor = kind(tokens, 70)  # ten tokens never occur
    for before in range(70):
        log_p = predictor(np.full(70, before), np.arange(70))
        assert np.isfinite(log_p).all()
        assert np.exp(log_p).sum() == pytest.approx(1)


def test_a_bigram_without_anything_that_occurs_once_still_gives_the_unseen_a_chance():
    bigram = Bigram(np.tile([0, 1], 50), 3)
    assert np.isfinite(bigram(np.array([0]), np.array([2]))).all()


def test_a_bigram_beats_a_unigram_where_order_matters():
    generator = np.random.default_rng(1)
    tokens = np.cumsum(generator.integers(1, 3, size=5000)) % 20
    held_out = (np.cumsum(generator.integers(1, 3, size=(4, 50)), axis=1)) % 20
    losses = [baseline_loss(kind(tokens, 20), held_out) for kind in (Unigram, Bigram)]
    assert losses[0] == pytest.approx(np.log(20), abs=0.01)
    assert losses[1] == pytest.approx(np.log(2), abs=0.01)


def test_a_loss_is_the_mean_over_all_but_the_first_token():
    sequences = np.array([[0, 1, 2], [2, 0, 3]])
    p = np.array([3.5, 2.5, 1.5, 0.5]) / 8
    expected = -np.log(p[[1, 2, 0, 3]]).mean()
    assert baseline_loss(Unigram(TEXT, VOCABULARY), sequences) == pytest.approx(expected)


def test_bits_per_byte_divide_by_the_bytes_of_the_predicted_tokens():
    sequences = np.array([[0, 1, 2], [0, 2, 2]])
    # Predicted are 1, 2, 2, 2 with 3 + 3·5 bytes, at 2 nats each.
    assert bits_per_byte(2.0, sequences, [100, 3, 5]) == pytest.approx(8 / np.log(2) / 18)
