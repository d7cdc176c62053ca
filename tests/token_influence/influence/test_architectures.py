"""The engine against independent ways to the same number, on every architecture."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import (
    ARCHITECTURES,
    VOCABULARY,
    Double,
    build,
    plain_influence,
    windows,
)
from transformers import PreTrainedModel
from transformers.models.falcon import modeling_falcon

from token_influence.influence import segments
from token_influence.influence.measure import Measurement, measure

ALL = pytest.mark.parametrize("name", ARCHITECTURES)
# Falcon's eager kernel adds ALiBi twice: test_falcon_adds_alibi_twice_in_eager.
SDPA = [name for name in ARCHITECTURES if build(name)._supports_sdpa and name != "falcon-alibi"]


@pytest.fixture(autouse=True)
def _segments_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny windows are cut into segments too, wherever the model can be read in pieces."""
    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 1)


def profile(result: Measurement, window: int, position: int, objective: str) -> np.ndarray:
    frame = result.influence
    here = (frame.window == window) & (frame.position == position) & (frame.objective == objective)
    return frame.loc[here, "influence"].to_numpy()


def assert_close(got: pd.DataFrame, expected: pd.DataFrame, relative: float) -> None:
    """Equal keys, and values equal to `relative` of the largest of their profile."""
    keys = ["window", "position", "objective", "distance"]
    merged = got.merge(expected, on=keys, suffixes=("", "_expected"))
    assert len(merged) == len(got) == len(expected)
    scale = merged.groupby(keys[:3], observed=True)["influence_expected"].transform("max")
    assert ((merged.influence - merged.influence_expected).abs() <= relative * scale).all()


@ALL
@pytest.mark.parametrize(("dtype", "relative"), [(torch.float64, 1e-10), (torch.float32, 1e-4)])
def test_agrees_with_plain_autograd(name: str, dtype: torch.dtype, relative: float) -> None:
    model, frame = build(name, dtype), windows()
    with Double() if dtype is torch.float64 else torch.enable_grad():
        result = measure(model, frame, ["true_logit"], bos_id=1)
        for window, ids in enumerate(frame.token_ids):
            for position in frame.positions[window]:
                expected = plain_influence(model, ids, position, bos_id=1)
                got = profile(result, window, position, "true_logit")
                np.testing.assert_allclose(got, expected, rtol=relative, atol=1e-12)


@ALL
def test_agrees_with_finite_differences(name: str) -> None:
    model, frame = build(name, torch.float64), windows(1)
    ids, position, step = frame.token_ids[0], 9, 1e-5
    with Double(), torch.no_grad():
        got = profile(measure(model, frame, ["true_logit"], bos_id=None), 0, position, "true_logit")
        embeddings = model.get_input_embeddings()(torch.tensor([ids[:-1]]))
        for source in (position, position - 3):
            # Every coordinate of one source, a little up and a little down, as one batch.
            nudges = step * torch.eye(embeddings.shape[-1], dtype=torch.float64)
            nudged = embeddings.repeat(2 * len(nudges), 1, 1)
            nudged[:, source] += torch.cat([nudges, -nudges])
            scores = model(inputs_embeds=nudged, use_cache=False).logits[
                :, position, ids[position + 1]
            ]
            up, down = scores.chunk(2)
            expected = ((up - down) / (2 * step)).norm()
            np.testing.assert_allclose(got[position - source], expected, rtol=1e-6)


@ALL
def test_agrees_with_captum(name: str) -> None:
    captum = pytest.importorskip("captum.attr")
    model, frame = build(name, torch.float64), windows(1)
    ids, position = frame.token_ids[0], 9

    def score(embeddings: torch.Tensor) -> torch.Tensor:
        return model(inputs_embeds=embeddings, use_cache=False).logits[:, position]

    with Double():
        got = profile(measure(model, frame, ["true_logit"], bos_id=None), 0, position, "true_logit")
        embeddings = model.get_input_embeddings()(torch.tensor([ids[:-1]])).requires_grad_()
        saliency = captum.Saliency(score).attribute(embeddings, target=ids[position + 1], abs=False)
    expected = saliency[0, : position + 1].norm(dim=-1).flip(0)
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


@ALL
def test_later_tokens_have_no_influence_at_all(name: str) -> None:
    """What follows position i may change: its profile doesn't, to the bit."""
    model, frame = build(name, torch.float64), windows(1, positions=(5, 9))
    other = frame.copy()
    other["token_ids"] = [
        ids[:11] + [(token + 7) % VOCABULARY for token in ids[11:]] for ids in frame.token_ids
    ]
    assert other.token_ids[0] != frame.token_ids[0]
    results = [measure(model, f, ["true_logit"], bos_id=None) for f in (frame, other)]
    pd.testing.assert_frame_equal(results[0].influence, results[1].influence)


Grouping = Callable[[PreTrainedModel, pd.DataFrame, list[str]], pd.DataFrame]


def _together(model: PreTrainedModel, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return measure(model, frame, names, bos_id=1).influence.astype({"objective": str})


def _in_one_piece(model: PreTrainedModel, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "SHORTEST_SEGMENT", 1000)
        return _together(model, frame, names)


def _batched(model: PreTrainedModel, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    result = measure(model, frame, names, bos_id=1, batch_size=2)
    return result.influence.astype({"objective": str})


def _objectives_apart(
    model: PreTrainedModel, frame: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    return pd.concat([_together(model, frame, [name]) for name in names])


def _windows_apart(model: PreTrainedModel, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return pd.concat([_together(model, frame.iloc[[k]], names) for k in range(len(frame))])


def _positions_apart(model: PreTrainedModel, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    parts = [frame.assign(positions=[[p[k]] for p in frame.positions]) for k in range(3)]
    return pd.concat([_together(model, part, names) for part in parts])


GROUPINGS: list[Grouping] = [
    _in_one_piece,
    _batched,
    _objectives_apart,
    _windows_apart,
    _positions_apart,
]


@ALL
@pytest.mark.parametrize(
    ("dtype", "names", "relative"),
    [
        (torch.float64, ["temperature", "true_logit"], 1e-10),
        (torch.float32, ["predicted_logit", "true_logit"], 1e-5),
        # The last norm all but fixes the norm of its output: its gradient is a small difference.
        (torch.float32, ["temperature"], 1e-4),
    ],
)
def test_grouping_does_not_matter(
    name: str, dtype: torch.dtype, names: list[str], relative: float
) -> None:
    model, frame = build(name, dtype), windows(3)
    # Two windows of a batch may be measured at different positions.
    frame.at[1, "positions"] = [3, 9, 12]
    with Double() if dtype is torch.float64 else torch.enable_grad():
        expected = _together(model, frame, names)
        for grouping in GROUPINGS:
            assert_close(grouping(model, frame, names), expected, relative)


@pytest.mark.parametrize("name", SDPA)
@pytest.mark.parametrize(("dtype", "relative"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_eager_and_sdpa_agree(name: str, dtype: torch.dtype, relative: float) -> None:
    frame = windows()
    with Double() if dtype is torch.float64 else torch.enable_grad():
        results = [
            measure(build(name, dtype, attention), frame, ["true_logit"], bos_id=1).influence
            for attention in ("eager", "sdpa")
        ]
    assert_close(results[0], results[1], relative)


def test_falcon_adds_alibi_twice_in_eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's mask holds ALiBi already, and its eager kernel adds it to the scores once more.

    With half the slopes, eager is SDPA with whole ones. Once this fails, the library is mended: let
    `falcon-alibi` into SDPA.
    """
    frame, name = windows(), "falcon-alibi"
    slopes = modeling_falcon.build_alibi_tensor
    with Double():
        sdpa = measure(build(name, torch.float64, "sdpa"), frame, ["true_logit"], bos_id=1)
        eager = measure(build(name, torch.float64), frame, ["true_logit"], bos_id=1)
        monkeypatch.setattr(
            modeling_falcon, "build_alibi_tensor", lambda *a, **named: slopes(*a, **named) / 2
        )
        halved = measure(build(name, torch.float64), frame, ["true_logit"], bos_id=1)
    assert_close(halved.influence, sdpa.influence, 1e-10)
    assert not np.allclose(eager.influence.influence, sdpa.influence.influence, rtol=1e-2)
