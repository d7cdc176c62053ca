"""Layers that are recomputed: the same bits, in the memory of one layer at a time."""

import gc

import pandas as pd
import pytest
import torch
from tiny_models import ARCHITECTURES, build, windows

from token_influence.errors import ModelError
from token_influence.influence import segments
from token_influence.influence.measure import measure
from token_influence.influence.memory import counting
from token_influence.influence.recomputation import Frame


@pytest.fixture
def segments_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny windows are cut into segments too, wherever the model can be read in segments."""
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 1)


@pytest.mark.usefixtures("segments_of_any_length")
@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_layers_computed_again_give_equal_bits(name: str, dtype: torch.dtype) -> None:
    model, frame = build(name, dtype), windows(3)
    frame.at[1, "positions"] = [3, 9, 12]
    results = [
        measure(model, frame, ["fisher", "true_logit"], bos_id=1, batch_size=2, recompute=recompute)
        for recompute in (False, True)
    ]
    pd.testing.assert_frame_equal(results[0].influence, results[1].influence)
    pd.testing.assert_frame_equal(results[0].predictions, results[1].predictions)


def kept(recompute: bool, length: int) -> int:
    """Bytes that autograd keeps outside of what is forgotten, for one window."""
    model, frame = build("llama"), windows(1, length=length, positions=(length - 1,))
    with counting(model) as storages:
        measure(model, frame, ["true_logit"], bos_id=None, recompute=recompute)
    return sum(storages.values())


def test_computing_layers_again_keeps_no_activations() -> None:
    growth = [kept(recompute, 31) - kept(recompute, 16) for recompute in (False, True)]
    assert growth[1] < 0.1 * growth[0]


def test_layers_are_computed_again_once_per_window_and_one_at_a_time(monkeypatch) -> None:
    """Not once per prediction, of which there are three; and none stays when the next one comes."""
    model, frames, held, calls = build("llama"), [], [], []
    init, recall = Frame.__init__, Frame._recall
    monkeypatch.setattr(Frame, "__init__", lambda f, *a: frames.append(f) or init(f, *a))

    def spy(frame: Frame, index: int) -> torch.Tensor:
        found = recall(frame, index)
        held.append(sum(bool(other.activations) for other in frames))
        return found

    monkeypatch.setattr(Frame, "_recall", spy)
    layer = model.model.layers[1]
    real = layer.forward
    layer.forward = lambda hidden, **named: calls.append(hidden.shape) or real(hidden, **named)
    measure(model, windows(2), ["true_logit"], bos_id=None, recompute=True)
    assert set(held) == {1}
    assert [shape[1] for shape in calls].count(14) == 2 * 2


def test_windows_that_are_done_are_forgotten() -> None:
    def living() -> int:
        gc.collect()
        return sum(type(thing) is Frame for thing in gc.get_objects())

    before, after = living(), []
    measure(
        build("llama"),
        windows(3),
        ["true_logit"],
        bos_id=None,
        on_window=lambda _: after.append(living()),
        recompute=True,
    )
    assert [number - before for number in after] == [2, 2, 2]  # a frame per layer


def test_a_model_whose_layers_cannot_be_computed_again_is_refused(monkeypatch) -> None:
    """What reaches a layer by another way than its inputs is missed on the way back."""
    model = build("llama")
    first, second = model.model.layers
    real, seen = second.forward, []
    first.register_forward_hook(lambda module, given, output: seen.append(given[0]))
    second.forward = lambda hidden, **named: real(hidden, **named) + seen[-1]
    measure(model, windows(1), ["true_logit"], bos_id=None)
    with pytest.raises(ModelError, match="layers of LlamaForCausalLM cannot be recomputed"):
        measure(model, windows(1), ["true_logit"], bos_id=None, recompute=True)
