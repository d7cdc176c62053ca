"""The engine's contract: its tables, what it leaves behind, what it refuses, what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import build, plain_influence, plain_logits, windows
from torch.utils._python_dispatch import TorchDispatchMode

from token_influence.errors import InfluenceError, ModelError
from token_influence.influence import segments
from token_influence.influence.backward import one_by_one
from token_influence.influence.measure import measure

OBJECTIVES = ["true_logit", "predicted_logit", "temperature", "fisher"]


def test_influence_has_the_columns_order_and_types_of_the_contract() -> None:
    frame = windows(2, positions=(9, 5))  # out of order on purpose
    table = measure(build("llama"), frame[::-1], OBJECTIVES, bos_id=1).influence
    assert table.dtypes.astype(str).to_dict() == {
        "window": "int32",
        "position": "int32",
        "objective": "category",
        "distance": "int32",
        "influence": "float32",
    }
    keys = table[["window", "position", "objective", "distance"]].astype({"objective": str})
    expected = [
        (window, position, objective, distance)
        for window in (0, 1)
        for position in (5, 9)
        for objective in sorted(OBJECTIVES)
        for distance in range(position + 1)
    ]
    assert list(keys.itertuples(index=False, name=None)) == expected


def test_a_begin_of_text_token_is_read_but_is_no_source() -> None:
    model, frame = build("llama"), windows(1, positions=(7,))
    with_bos, without = (
        measure(model, frame, ["true_logit"], bos_id=bos).influence for bos in (1, None)
    )
    assert with_bos.distance.tolist() == without.distance.tolist() == list(range(8))
    for got, bos in ((with_bos, 1), (without, None)):
        expected = plain_influence(model, frame.token_ids[0], 7, bos_id=bos)
        np.testing.assert_allclose(got.influence, expected, rtol=1e-4)
    assert not np.allclose(with_bos.influence, without.influence, rtol=1e-2)


@contextmanager
def counting(module: torch.nn.Module) -> Iterator[list[torch.Size]]:
    """The shapes of the first input of each call of `module`."""
    shapes: list[torch.Size] = []

    def note(_, arguments, named):
        shapes.append((arguments[0] if arguments else named["inputs_embeds"]).shape)

    hook = module.register_forward_pre_hook(note, with_kwargs=True)
    yield shapes
    hook.remove()


def test_one_forward_pass_serves_all_and_projects_only_the_positions() -> None:
    model = build("llama")
    with counting(model) as calls, counting(model.lm_head) as projected:
        measure(model, windows(2), OBJECTIVES, bos_id=1)
    # The first call is the two-token trial of `check_model`.
    assert sum(shape[:2].numel() for shape in calls[1:]) == 2 * 15
    assert [shape[1] for shape in projected if shape[1]] == [1, 3, 3]


def test_no_second_backward_pass_where_the_prediction_is_the_true_token(monkeypatch) -> None:
    model, frame = build("gpt2"), windows(1)
    ids = frame.token_ids[0]
    for position in (5, 9):  # make the model right at two of the three positions
        ids[position + 1] = plain_logits(model, ids)[1][position].argmax().item()
    frame["token_ids"] = [ids]
    passes = []
    grad = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", lambda *a, **k: passes.append(1) or grad(*a, **k))
    counts = {}
    measure(model, frame, ["true_logit"], bos_id=None)  # the trials of the model, once
    for objectives in (("true_logit",), ("predicted_logit", "true_logit")):
        passes.clear()
        result = measure(model, frame, objectives, bos_id=None)
        counts[objectives] = len(passes)
    assert counts["predicted_logit", "true_logit"] == counts["true_logit",] + 1
    wide = result.influence.pivot_table(
        index=["position", "distance"], columns="objective", values="influence", observed=True
    )
    same = wide.predicted_logit == wide.true_logit
    assert same.groupby("position").all().to_dict() == {5: True, 9: True, 13: False}


class Waits(TorchDispatchMode):
    """Counts the operations whose result Python waits for, as a GPU would at each of them."""

    count = 0

    def __torch_dispatch__(self, operation, types, arguments=(), named=None):
        aten = torch.ops.aten
        self.count += operation in (aten.equal.default, aten._local_scalar_dense.default)
        return operation(*arguments, **(named or {}))


def test_python_waits_no_more_often_for_more_positions() -> None:
    """Else a GPU would stand idle at each position."""
    model, counts = build("llama"), []
    measure(model, windows(1), OBJECTIVES[:3], bos_id=1)  # the trials of the model, once
    for positions in ((9, 13), (5, 7, 9, 11, 13)):
        with Waits() as waits:
            measure(model, windows(2, positions=positions), OBJECTIVES[:3], bos_id=1, batch_size=2)
        counts.append(waits.count)
    assert counts[0] == counts[1] > 0


def test_dropout_and_the_callers_grad_mode_have_no_say() -> None:
    model, frame = build("gpt2"), windows(1)
    expected = measure(model, frame, ["true_logit"], bos_id=None).influence
    with torch.inference_mode():
        got = measure(model.train(), frame, ["true_logit"], bos_id=None).influence
    pd.testing.assert_frame_equal(got, expected)


def test_on_window_hears_of_every_window() -> None:
    heard: list[int] = []
    measure(build("gpt2"), windows(3), ["true_logit"], bos_id=1, on_window=heard.append)
    assert heard == [0, 1, 2]


def test_equal_input_gives_equal_bits() -> None:
    results = [measure(build("llama"), windows(), OBJECTIVES, bos_id=1) for _ in range(2)]
    pd.testing.assert_frame_equal(results[0].influence, results[1].influence)
    pd.testing.assert_frame_equal(results[0].predictions, results[1].predictions)


def test_a_window_s_numbers_do_not_depend_on_the_other_windows(monkeypatch) -> None:
    """The first window is read in segments, by a method of other rounding; the second one is not."""

    def rounding(*arguments):
        for gradient in one_by_one(*arguments):
            yield [segment * (1 + 1e-5) for segment in gradient]

    monkeypatch.setattr(segments, "SHORTEST_SEGMENT", 4)
    monkeypatch.setattr("token_influence.influence.measure.methods", lambda model: [rounding])
    model, frame = build("llama"), windows(2)
    frame.at[1, "positions"] = [11, 12, 13]
    together = measure(model, frame, OBJECTIVES, bos_id=1).influence
    alone = [measure(model, frame[k : k + 1], OBJECTIVES, bos_id=1).influence for k in range(2)]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_exact=True)


def test_out_of_memory_halves_the_batch_and_goes_on(monkeypatch) -> None:
    model, frame = build("llama"), windows(5)
    expected = measure(model, frame, ["true_logit"], bos_id=None)
    real, sizes = segments.forward, []

    def limited(model, embeddings, *rest):
        sizes.append(len(embeddings))
        if len(embeddings) > 2:
            raise torch.OutOfMemoryError
        return real(model, embeddings, *rest)

    monkeypatch.setattr(segments, "forward", limited)
    with pytest.warns(UserWarning, match="Out of memory with 5 windows at once; going on with 2"):
        got = measure(model, frame, ["true_logit"], bos_id=None, batch_size=8)
    assert sizes == [5, 2, 2, 1]
    np.testing.assert_allclose(got.influence.influence, expected.influence.influence, rtol=1e-4)


def test_memory_too_small_for_one_window_is_said(monkeypatch) -> None:
    def refuse(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(segments, "forward", refuse)
    with pytest.raises(ModelError, match="too small for one window of 14 tokens"):
        measure(build("llama"), windows(1), ["true_logit"], bos_id=None)


def spoil(model: torch.nn.Module, value: float) -> None:
    """Multiply the gradient at position 9 of a longer input by `value`."""

    def hook(module, arguments, output):
        if output.shape[1] > 2:
            factor = torch.ones(output.shape[1], 1)
            factor[9] = value
            output.register_hook(lambda gradient: gradient * factor)

    model.model.layers[0].input_layernorm.register_forward_hook(hook)


def test_a_gradient_that_is_not_finite_stops_the_run() -> None:
    model = build("llama")
    spoil(model, torch.inf)
    with pytest.raises(InfluenceError, match="not finite at window 0, position 9"):
        measure(model, windows(1), ["true_logit"], bos_id=None)


def test_a_zero_diagonal_stops_the_run() -> None:
    model = build("llama")
    with torch.no_grad():
        model.lm_head.weight.zero_()
    with pytest.raises(InfluenceError, match="zero at window 0, position 5, objective true_logit"):
        measure(model, windows(1), ["true_logit"], bos_id=None)


def test_unknown_objectives_are_refused() -> None:
    with pytest.raises(InfluenceError, match="Unknown objective 'loss'; allowed: true_logit"):
        measure(build("gpt2"), windows(1), ["true_logit", "loss"], bos_id=None)
