"""The engine's contract: its tables, what it leaves behind, what it refuses, what it costs."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import VOCABULARY, build, plain_influence, plain_logits, windows
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from token_influence.errors import InfluenceError, ModelError, WindowError
from token_influence.influence import segments
from token_influence.influence.access import forward
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


def test_predictions_say_what_the_logits_say() -> None:
    model, frame = build("qwen2"), windows(2)
    predictions = measure(model, frame, ["true_logit", "fisher"], bos_id=1).predictions
    assert predictions.dtypes.astype(str).to_dict() == {
        "window": "int32",
        "position": "int32",
        "true_id": "int32",
        "predicted_id": "int32",
        "true_logit": "float32",
        "predicted_logit": "float32",
        "nll": "float32",
        "entropy": "float32",
        "true_rank": "int32",
        "fisher_lambda1": "float32",
        "fisher_ratio": "float32",
    }
    for row in predictions.itertuples():
        ids = frame.token_ids[row.window]
        z = plain_logits(model, ids, bos_id=1)[1][1 + row.position].detach()
        true, log_p = ids[row.position + 1], z.log_softmax(-1)
        assert (row.true_id, row.predicted_id) == (true, z.argmax().item())
        assert row.true_rank == 1 + (z > z[true]).sum().item()
        np.testing.assert_allclose(row.true_logit, z[true], rtol=1e-5)
        np.testing.assert_allclose(row.predicted_logit, z.max(), rtol=1e-5)
        np.testing.assert_allclose(row.nll, -log_p[true], rtol=1e-5)
        np.testing.assert_allclose(row.entropy, -(log_p.exp() * log_p).sum(), rtol=1e-5)


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


def state(model: torch.nn.Module) -> list:
    parameters = [(n, p.requires_grad, p.grad is None) for n, p in model.named_parameters()]
    modules = [
        (n, m.training, len(m._forward_pre_hooks), len(m._forward_hooks))
        for n, m in model.named_modules()
    ]
    values = [p.detach().clone() for p in model.state_dict().values()]
    attributes = [(n, set(vars(m)), vars(m).get("forward")) for n, m in model.named_modules()]
    return [[parameters, modules, attributes], values]


@pytest.mark.parametrize("recompute", [False, True])
@pytest.mark.parametrize("fails", [False, True])
def test_the_callers_model_comes_back_untouched(fails: bool, recompute: bool) -> None:
    model = build("llama").train()
    model.model.layers[0].eval()
    model.lm_head.weight.requires_grad_(True)
    layer = model.model.layers[1]
    layer.forward = functools.partial(type(layer).forward, layer)  # the caller's own
    before = state(model)

    def on_window(window: int) -> None:
        if fails:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) if fails else nullcontext():
        measure(model, windows(), OBJECTIVES, bos_id=None, on_window=on_window, recompute=recompute)
    after = state(model)
    assert after[0] == before[0]
    assert all(map(torch.equal, after[1], before[1]))


def test_no_hook_stays_after_a_failing_forward_pass() -> None:
    model = build("llama")
    with pytest.raises(RuntimeError):
        forward(model, torch.zeros(1, 4, 3), torch.tensor([[0]]))
    assert not model.lm_head._forward_pre_hooks


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


def test_a_model_whose_layers_cannot_be_computed_again_is_refused(monkeypatch) -> None:
    """What reaches a layer by another way than its inputs is missed on the way back."""
    model = build("llama")
    first, second = model.model.layers
    real, seen = second.forward, []
    first.register_forward_hook(lambda module, given, output: seen.append(given[0]))
    second.forward = lambda hidden, **named: real(hidden, **named) + seen[-1]
    measure(model, windows(1), ["true_logit"], bos_id=None)
    with pytest.raises(ModelError, match="layers of LlamaForCausalLM can't be computed again"):
        measure(model, windows(1), ["true_logit"], bos_id=None, recompute=True)


def with_ids(*token_ids: int) -> pd.DataFrame:
    return pd.DataFrame({"window": [4], "token_ids": [list(token_ids)], "positions": [[1]]})


BAD_WINDOWS = {
    "beyond the vocabulary": (with_ids(3, VOCABULARY, 5), None, r"Window 4 .*token id 41"),
    "below the vocabulary": (with_ids(3, -1, 5), None, r"Window 4 .*token id -1"),
    "position outside": (windows(1, positions=(14,)), None, r"Window 0 .*position 14.* 0 to 13"),
    "negative position": (windows(1, positions=(-1,)), None, r"Window 0 .*position -1"),
    "no position": (windows(1, positions=()), None, r"Window 0 names no position"),
    "beyond the context": (windows(1, length=33), None, r"Window 0 is 33 tokens.* at most 32"),
    "beyond it with BOS": (windows(1, length=32), 1, r"33 tokens long with begin-of-text"),
    "begin of text": (windows(1), VOCABULARY, r"begin-of-text id 41"),
    "twice": (pd.concat([windows(1), windows(1)]), None, r"Window 0 is there more than once"),
}


@pytest.mark.parametrize("name", BAD_WINDOWS)
def test_windows_that_do_not_fit_are_refused(name: str) -> None:
    frame, bos_id, message = BAD_WINDOWS[name]
    with pytest.raises(WindowError, match=message):
        measure(build("llama"), frame, ["true_logit"], bos_id=bos_id)


def test_models_that_cannot_be_measured_are_refused() -> None:
    small = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 9}
    bert = AutoModelForCausalLM.from_config(AutoConfig.for_model("bert", **small))
    t5 = AutoModelForSeq2SeqLM.from_config(
        AutoConfig.for_model("t5", d_model=8, num_layers=1, num_heads=2, d_kv=4, vocab_size=9)
    )
    lost = build("llama")
    lost.get_input_embeddings = lambda: None  # type: ignore[method-assign]
    for model, message in (
        (bert.eval(), "is not causal|does not take"),
        (t5.eval(), "has an encoder"),
        (lost, "has no input embeddings"),
    ):
        with pytest.raises(ModelError, match=message):
            measure(model, with_ids(3, 4, 5), ["true_logit"], bos_id=None)


def test_a_model_that_looks_ahead_is_refused() -> None:
    model = build("llama")
    attend = model.model.forward

    def both_ways(*arguments, **named):
        named["attention_mask"] = torch.zeros(1, 1, *[named["inputs_embeds"].shape[1]] * 2)
        return attend(*arguments, **named)

    model.model.forward = both_ways
    with pytest.raises(ModelError, match="is not causal"):
        measure(model, windows(1), ["true_logit"], bos_id=None)


def test_weights_that_are_not_finite_are_refused_by_name() -> None:
    model = build("llama")
    with torch.no_grad():
        model.model.layers[1].mlp.up_proj.weight[3, 2] = torch.nan
    with pytest.raises(ModelError, match=r"NaN or infinity: model\.layers\.1\.mlp\.up_proj"):
        measure(model, windows(1), ["true_logit"], bos_id=None)


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
