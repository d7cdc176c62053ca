"""What is said of memory before a run, and what is done about it."""

import numpy as np
import pytest
import torch
from tiny_models import ARCHITECTURES, build, windows

from token_influence.influence import memory, segments
from token_influence.influence.memory import Plan, available, plan

LONG = windows(3, length=31, positions=(20, 30))


def test_the_count_of_activations_is_extrapolated_exactly() -> None:
    """From 8 and 16 rows to 32, where the attention matrices have outgrown the rest."""
    model = build("llama")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "SAMPLE", 16)
        window = memory.read_windows(LONG, model, None)[0]
        estimate = memory._Estimate(model, window, [2], None)
    assert sum(estimate.activations) == pytest.approx(sum(estimate._activations(31)), rel=0.02)


def test_gradients_that_share_a_pass_are_counted_each_beyond_the_holes(monkeypatch) -> None:
    """In small arithmetic and in segments: there is a layer's work for every one of them."""
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 1)

    def needed(dtype: torch.dtype, holes: int, most: int, positions=(20, 30)) -> int:
        monkeypatch.setattr(memory._Estimate, "_holes", lambda _: holes)
        monkeypatch.setattr(memory, "GRADIENTS_PER_PASS", most)
        frame = windows(3, length=31, positions=positions)
        return plan(build("llama", dtype), frame, bos_id=None).needed

    large = 10**9
    small = torch.bfloat16
    assert needed(small, 0, 4) > needed(small, 0, 1)
    assert needed(small, large, 4) == needed(small, large, 1)
    for one_by_one in ({"dtype": torch.float32}, {"dtype": small, "positions": (30,)}):
        alone = needed(holes=0, most=1, **one_by_one)
        assert needed(holes=0, most=4, **one_by_one) == alone
        assert needed(holes=large, most=4, **one_by_one) == alone + large


def test_layers_are_computed_again_only_where_memory_is_short(monkeypatch) -> None:
    model = build("llama")
    roomy = plan(model, LONG, bos_id=None)
    assert (roomy.batch_size, roomy.recompute) == (1, False)
    assert str(roomy).startswith(
        f"about {roomy.needed / 1e9:.2f} GB above the model, batches of 1;"
    )
    monkeypatch.setattr(memory, "available", lambda *_: roomy.needed - 1)
    tight = plan(model, LONG, bos_id=None)
    assert tight.recompute
    assert tight.needed < roomy.needed
    assert "layers recomputed" in str(tight)
    monkeypatch.setattr(memory, "available", lambda *_: 10)
    assert str(plan(model, LONG, bos_id=None)).endswith("are available, which may be too little")


def test_a_gpu_is_filled_with_what_fits(monkeypatch) -> None:
    model = build("llama")
    one = plan(model, LONG, bos_id=None).needed
    monkeypatch.setattr(type(model), "device", property(lambda _: torch.device("cuda")))
    monkeypatch.setattr(memory, "check_model", lambda _: None)
    monkeypatch.setattr(memory, "read_windows", lambda *_: [WINDOW] * 40)
    monkeypatch.setattr(memory._Estimate, "__init__", lambda *_: None)
    monkeypatch.setattr(memory._Estimate, "plain", lambda _: one)
    for room, batch in ((10 * one, 8), (11 * one, 8), (1000 * one, 32), (one, 1)):
        monkeypatch.setattr(memory, "available", lambda *_, room=room: room)
        assert plan(model, LONG, bos_id=None) == Plan(batch, False, batch * one, room)


WINDOW = memory.Window(0, LONG.token_ids[0], np.array([30]))


def test_a_processes_limit_counts_what_it_holds_already() -> None:
    cpu = torch.device("cpu")
    free = available(cpu)
    assert 0 < available(cpu, limit=2**62) <= 1.2 * free
    assert available(cpu, limit=1) == 0


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_has_its_plan(name: str) -> None:
    model = build(name)
    needed = [plan(model, LONG, bos_id=1, limit=limit) for limit in (2**62, 1)]
    assert [how.recompute for how in needed] == [False, True]
    assert 0 < needed[1].needed < 2 * needed[0].needed
