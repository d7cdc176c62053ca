"""Which models are refused, and that the caller's model is left as it was."""

import functools
from contextlib import nullcontext

import pytest
import torch
from tiny_models import build, windows
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from token_influence.errors import ModelError
from token_influence.influence.access import forward
from token_influence.influence.measure import measure

OBJECTIVES = ["true_logit", "predicted_logit", "temperature", "fisher"]


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
            measure(model, windows(1, length=2, positions=(1,)), ["true_logit"], bos_id=None)


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
