"""The benchmark for a GPU, tried on a CPU; what it says where there is no GPU."""

import sys
from collections.abc import Callable
from shutil import which
from types import ModuleType

import pytest
import torch

from token_influence.cost.operations import of_window


@pytest.fixture
def gpu(load: Callable, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("gpu")
    for switch in ("disable_progress_bar", "set_verbosity_error", "make_reproducible"):
        monkeypatch.setattr(module, switch, lambda *_: None)
    return module


def run(gpu: ModuleType, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["gpu.py", *options])
    gpu.main()


TINY = (
    *("--device", "cpu", "--sizes", "tiny", "--lengths", "40", "--positions", "2"),
    *("--rounds", "1", "--side", "64", "--attentions", "eager"),
)


def test_without_a_gpu_it_ends_in_one_sentence(gpu, monkeypatch, capsys) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match=r"^torch finds no CUDA device here, so nothing was .*\.$"):
        run(gpu, monkeypatch)
    assert capsys.readouterr().out == ""


def test_its_tables_have_a_line_for_each_arithmetic(gpu, monkeypatch, capsys) -> None:
    run(gpu, monkeypatch, *TINY)
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if "eager" in line]
    assert [row[:4] for row in rows[:3]] == [
        ["| tiny", "40", "eager", name] for name in ("bfloat16", "TF32", "float32")
    ]
    assert [row[:3] for row in rows[3:]] == [
        ["| tiny", "eager", name] for name in ("bfloat16", "TF32", "float32")
    ]
    differences = [float(row[3]) for row in rows[3:]]
    assert differences[0] > 0
    assert differences[2] == 0  # the same device here
    assert torch.get_float32_matmul_precision() == "highest"


@pytest.mark.long
@pytest.mark.skipif(which("g++") is None, reason="torch.compile needs a C++ compiler on a CPU")
def test_compiled_layers_give_the_same_numbers_up_to_rounding(gpu, monkeypatch, capsys) -> None:
    for config in (torch._dynamo.config, torch._functorch.config):  # put back at the end
        for name in ("recompile_limit", "accumulated_recompile_limit", "donated_buffer"):
            if hasattr(config, name):
                monkeypatch.setattr(config, name, getattr(config, name))
    run(gpu, monkeypatch, *TINY, "--compile")
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if "eager" in line]
    assert 0 < float(rows[-1][3]) < 1e-5  # float32 against the CPU's, which is not compiled


def test_another_measurement_in_float32_stops_it(gpu, monkeypatch) -> None:
    def measured(model, frame, *_, **__):
        found = measure(model, frame, ["true_logit"], bos_id=None)
        found.influence["influence"] *= next(factors)
        return found

    measure, factors = gpu.measure, iter((1.0, 1.0, 1.0, 1.001))
    monkeypatch.setattr(gpu, "rates", lambda *_: None)
    monkeypatch.setattr(gpu, "measure", measured)
    with pytest.raises(SystemExit, match=r"float32 on cpu differs from the CPU by 0\.001\."):
        run(gpu, monkeypatch, *TINY)


def test_operations_are_those_of_the_estimates(gpu) -> None:
    model = gpu.model_of(gpu.Source(None, "tiny", "cpu", "eager"), "float32")
    facts = {"parameters": model.num_parameters(), "layers": 2, "width": 32, "vocabulary": 300}
    assert gpu.operations(model, 40, 1) == of_window(facts | {"tied": False}, [39])


def test_windows_differ_in_their_positions(gpu) -> None:
    """Else segments would save work that they save in no study."""
    positions = gpu.spread(8, 200, 4).positions
    assert len({tuple(own) for own in positions}) == 8
    assert all(own == sorted(set(own)) and own[0] >= 100 and own[-1] == 199 for own in positions)
