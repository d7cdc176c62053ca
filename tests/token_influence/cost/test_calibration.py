"""The rate of this machine, from a few layers."""

import torch

from token_influence.cost.calibration import calibrate

FACTS = {"parameters": 0, "layers": 2, "width": 64, "heads": 4, "vocabulary": 256, "tied": False}
LENGTH = 160


def test_calibration_measures_two_windows_at_least_and_grows_with_the_model():
    torch.set_num_threads(1)
    facts = FACTS | {"parameters": 24 * 64**2 + 2 * 256 * 64}
    rate = calibrate(facts, LENGTH, range(80, 160), 2, seconds=0.0)
    assert 1e6 < rate.operations < 1e13
    larger = calibrate(facts | {"layers": 8}, LENGTH, range(80, 160), 2, seconds=0.0)
    assert larger.memory > rate.memory
