"""Several gradients in one backward pass: the same numbers, and one by one where that is impossible."""

import warnings

import pandas as pd
import pytest
import torch
from tiny_models import ARCHITECTURES, build, windows

from token_influence.influence import backward, segments
from token_influence.influence import measure as influence
from token_influence.influence.backward import batched, one_by_one
from token_influence.influence.measure import measure
from token_influence.influence.segments import can_continue

NAMES = ["temperature", "true_logit"]


@pytest.fixture(autouse=True)
def _segments_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 1)


def test_which_architectures_allow_it() -> None:
    refused = [name for name in ARCHITECTURES if not can_continue(build(name), batched)]
    assert refused == ["mamba", "rwkv"]


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("most", [1, 3, 4])
def test_numbers_are_those_of_one_backward_pass_each(name, most, monkeypatch) -> None:
    """Two objectives share a segment here; with `most` = 3, not every batch is full."""
    model, frame = build(name, torch.float64), windows(2)
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 4)
    expected = measure(model, frame, NAMES, bos_id=1).influence
    monkeypatch.setattr(influence, "methods", lambda model: [batched, one_by_one])
    monkeypatch.setattr(backward, "GRADIENTS_PER_PASS", most)
    found = measure(model, frame, NAMES, bos_id=1).influence
    keys = ["window", "position", "objective"]
    scale = expected.groupby(keys, observed=True).influence.transform("max")
    pd.testing.assert_frame_equal(found.drop(columns="influence"), expected[[*keys, "distance"]])
    assert ((found.influence - expected.influence).abs() <= 1e-10 * scale).all()


@pytest.mark.parametrize(("dtype", "first"), [(torch.bfloat16, batched), (None, one_by_one)])
def test_it_is_for_small_arithmetic_on_a_cpu(dtype, first) -> None:
    assert backward.methods(build("llama", dtype or torch.float32))[0] is first


class Identity(torch.autograd.Function):
    """Knows nothing of batches."""

    @staticmethod
    def forward(context, values):
        return values.clone()

    @staticmethod
    def backward(context, gradient):
        return torch.from_numpy(gradient.float().numpy()).to(gradient.dtype)


def test_an_operation_that_cannot_be_batched_goes_one_by_one() -> None:
    model = build("llama", torch.bfloat16)
    expected = measure(model, windows(1), NAMES, bos_id=1).influence
    real = model.model.norm.forward
    model.model.norm.forward = lambda values: real(Identity.apply(values))
    assert not can_continue(model, batched)
    found = measure(model, windows(1), NAMES, bos_id=1).influence
    torch.testing.assert_close(
        torch.tensor(found.influence), torch.tensor(expected.influence), rtol=0.1, atol=1e-3
    )


def test_a_slow_loop_in_the_place_of_a_batch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch only warns where it has no rule for an operation; the warning counts as a refusal."""
    real = torch.autograd.grad

    def slow(*arguments, **named):
        warnings.warn("There is a performance drop because of this", stacklevel=1)
        return real(*arguments, **named)

    monkeypatch.setattr(torch.autograd, "grad", slow)
    score = torch.ones(1, requires_grad=True)
    with pytest.raises(UserWarning, match="performance drop"):
        list(batched([(1, score.sum())], [score]))
