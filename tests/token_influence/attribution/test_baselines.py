"""Chance and distance, which do not look at the model."""

import numpy as np
from explained import predictions
from tiny_models import build

from token_influence.attribution.attribute import attribute


def test_distance_is_a_power_law_of_the_distance():
    (scores,) = attribute(build("llama"), predictions(), ["distance-p=0.9"], bos_id=1)
    expected = [(r + 1) ** -0.9 for r in range(9, -1, -1)]
    np.testing.assert_allclose(scores["distance-p=0.9"], expected, rtol=1e-6)


def test_random_scores_belong_to_the_prediction_and_the_seed():
    texts = predictions(3)

    def scores(chosen, seed: int) -> list[list[float]]:
        found = attribute(build("llama"), chosen, ["random"], bos_id=None, seed=seed)
        return [one["random"].tolist() for one in found]

    together = scores(texts, 1)
    assert scores(texts[::-1], 1) == together[::-1]
    assert together[0] != together[1]
    assert scores(texts, 2)[0] != together[0]
    assert scores(predictions(1, position=4), 1)[0] == together[0][:5]
