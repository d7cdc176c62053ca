"""Where a window is cut into segments, and which models can be read in them."""

import pytest
import torch
from tiny_models import ARCHITECTURES, build, windows

from token_influence.influence import segments


@pytest.fixture(autouse=True)
def _segments_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 1)


def test_what_can_be_read_in_pieces_is() -> None:
    """Recurrent models are read at once; were others, all these tests would miss the segments."""
    whole = [name for name in ARCHITECTURES if not segments.can_continue(build(name))]
    assert whole == ["mamba", "rwkv"]
    frame = windows(1)
    assert segments.segment_ends(frame.positions.tolist()) == [1, 2, 3]


def test_segments_end_only_where_every_window_of_the_batch_has_passed(monkeypatch) -> None:
    assert segments.segment_ends([[5, 9, 13], [9, 11, 20]]) == [2, 3]
    assert segments.segment_ends([[5, 9, 13], [4, 8, 12]]) == [1, 2, 3]
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 5)
    assert segments.segment_ends([[2, 5, 6, 9, 12, 13, 20]]) == [2, 5, 7]


def test_a_model_that_loses_its_place_is_read_at_once() -> None:
    """It raises nothing, so only the comparison of gradients can tell."""
    model = build("llama")
    real = model.forward

    def lost(*arguments, **named):
        positions = torch.arange(named["inputs_embeds"].shape[1])[None]
        return real(*arguments, **named, position_ids=positions)

    model.forward = lost
    assert not segments.can_continue(model)
