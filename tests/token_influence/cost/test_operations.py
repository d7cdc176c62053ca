"""Counted operations against those that torch counts while the engine works."""

import numpy as np
import pandas as pd
import pytest
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from token_influence.cost.calibration import stack
from token_influence.cost.operations import expected, linear_weights, of_window
from token_influence.influence.measure import measure

FACTS = {"parameters": 0, "layers": 2, "width": 64, "heads": 4, "vocabulary": 256, "tied": False}
LENGTH = 160


class Counter(TorchDispatchMode):
    """Adds up what torch says that each matrix product takes."""

    total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func._overloadpacket in flop_registry:
            count = flop_registry[func._overloadpacket]
            self.total += count(*args, **(kwargs or {}), out_val=result)
        return result


@pytest.fixture(scope="module")
def model():
    # A layer of 12 width² weights.
    shape = FACTS | {"parameters": 24 * 64**2 + 2 * 256 * 64}
    return stack(shape, LENGTH, layers=2)


@pytest.fixture(scope="module")
def facts(model):
    return FACTS | {"parameters": sum(parameter.numel() for parameter in model.parameters())}


def window(positions: list[int]) -> pd.DataFrame:
    ids = np.arange(LENGTH + 1) % 256
    return pd.DataFrame({"window": [0], "token_ids": [ids], "positions": [positions]})


@pytest.mark.parametrize("positions", [[159], [40, 80, 159], [70, 71, 140]])
def test_the_count_is_that_of_the_engine(model, facts, positions):
    with Counter() as counter:
        measure(model, window(positions), ["true_logit"], bos_id=None)
    assert of_window(facts, positions) == pytest.approx(counter.total, rel=0.1)


def test_the_layers_have_as_many_weights_as_the_model(model, facts):
    assert linear_weights(facts) == pytest.approx(24 * 64**2, rel=0.02)


def test_the_expectation_is_the_mean_over_draws():
    facts = FACTS | {"parameters": 10**6}
    generator = np.random.default_rng(1)
    drawn = [
        of_window(
            facts, sorted(generator.choice(np.arange(100, 400), 3, replace=False).tolist()), 2
        )
        for _ in range(2000)
    ]
    assert expected(facts, range(100, 400), 3, 2) == pytest.approx(np.mean(drawn), rel=0.02)
    assert expected(facts, range(47, 48), 1, 1) == of_window(facts, [47])


def test_layers_that_are_computed_again_cost_a_forward_pass_more():
    facts = FACTS | {"parameters": 10**6}
    once = expected(facts, range(47, 48), 1, 1)
    again = expected(facts, range(47, 48), 1, 1, recompute=True)
    assert again - once == pytest.approx(2 * linear_weights(facts) * 48 + 4 * 2 * 64 * 48**2)
