"""The engine on a GPU: profiles per second, share of the card's matrix rate, agreement with the CPU.

    python benchmarks/gpu.py [MODEL_FOLDER]    # `make bench-gpu` runs the tests for a GPU as well
    python benchmarks/gpu.py --compile    # the same with compiled layers, after minutes for each size

The rates are those of random weights in published sizes, with as many windows at once as are planned for
the card's memory. Operations are those of the engine's matrix products, with all rows in every backward
pass; the card's rate is that of one large square product in the same arithmetic, measured here. The
agreement is with float32 on the CPU, for these sizes and for the checkpoint in MODEL_FOLDER.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
import torch._dynamo.config
import torch._functorch.config
from engine_limit import median_seconds, synchronise
from engine_methods import peak
from engine_models import SIZES, model_of, tokenizer_of, windows
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from token_influence.cost.operations import backward, forward, head
from token_influence.influence.determinism import make_reproducible
from token_influence.influence.measure import measure
from token_influence.influence.memory import plan
from token_influence.influence.precision import compare
from token_influence.models.loading import DTYPES

# The type of the numbers, and what torch may do in a product of float32 (TF32 has 10 bits of 23).
ARITHMETICS = {
    "bfloat16": ("bfloat16", "highest"),
    "TF32": ("float32", "high"),
    "float32": ("float32", "highest"),
}
# More is another measurement and no rounding (in float32, relative to a profile's largest influence).
AGREEMENT = 1e-4
MOST_WINDOWS = 256


@dataclass(frozen=True)
class Source:
    """Where `model_of` takes a model from: a checkpoint's folder, or random weights of a size."""

    model: str | None
    size: str | None
    device: str
    attention: str


@contextmanager
def arithmetic(name: str) -> Iterator[str]:
    """Compute products of float32 as `name` says; gives the type of the numbers."""
    before = torch.get_float32_matmul_precision()
    dtype, precision = ARITHMETICS[name]
    torch.set_float32_matmul_precision(precision)
    try:
        yield dtype
    finally:
        torch.set_float32_matmul_precision(before)


def card_rate(name: str, device: str, side: int) -> float:
    """Operations per second of one product of two square matrices with `side` rows."""
    with arithmetic(name) as dtype:
        left, right = (torch.randn(side, side, dtype=DTYPES[dtype], device=device) for _ in "ab")
        return 2 * side**3 / median_seconds(lambda: left @ right)


def operations(model: PreTrainedModel, rows: int, positions: int) -> int:
    """Of one window that is read in one piece, with one objective."""
    config = model.config
    facts = {
        "parameters": model.num_parameters(),
        "layers": config.num_hidden_layers,
        "width": config.hidden_size,
        "vocabulary": config.vocab_size,
        "tied": config.tie_word_embeddings,
    }
    passes = forward(facts, rows, rows**2) + positions * backward(facts, rows, rows**2)
    return passes + head(facts, positions, 1)


def compile_layers(model: PreTrainedModel) -> None:
    """Let `torch.compile` make kernels for every layer, for windows of any size."""
    torch._functorch.config.donated_buffer = False  # a graph has several backward passes
    for name in ("recompile_limit", "accumulated_recompile_limit"):  # layers differ by their number
        setattr(torch._dynamo.config, name, 10_000)
    for module in model.modules():
        if isinstance(module, GradientCheckpointingLayer):
            module.compile(dynamic=True)


def spread(many: int, length: int, positions: int) -> pd.DataFrame:
    """Windows with positions drawn for each from its last half, as those of a study differ."""
    frame, generator = windows(None, many, length, positions), np.random.default_rng(0)
    others = np.arange(length // 2, length - 1)
    frame["positions"] = [
        [*np.sort(generator.choice(others, positions - 1, replace=False)).tolist(), length - 1]
        for _ in range(many)
    ]
    return frame


def rates(source: Source, arguments: argparse.Namespace, card: dict[str, float]) -> None:
    """A line for each length and arithmetic: windows at once, rates and memory."""
    for length in arguments.lengths:
        for name in ARITHMETICS:
            with arithmetic(name) as dtype:
                model = model_of(source, dtype)
                if arguments.compile:
                    compile_layers(model)
                frame = spread(MOST_WINDOWS, length, arguments.positions)
                how = plan(model, frame, bos_id=None)
                seconds, held = timed(model, frame.head(how.batch_size), arguments.rounds)
            achieved = operations(model, length, arguments.positions) / seconds
            print(
                f"| {source.size} | {length} | {source.attention} | {name} | {how.batch_size} "
                f"| {arguments.positions / seconds:.1f} | {achieved / 1e12:.1f} "
                f"| {achieved / card[name]:.0%} | {how.needed / 1e6:.0f} | {held / 1e6:.0f} |",
                flush=True,
            )


def timed(model: PreTrainedModel, frame: pd.DataFrame, rounds: int) -> tuple[float, int]:
    """Median seconds per window of a batch after one round to warm up, and peak bytes over the model."""
    times, before = [], peak(model, reset=True)
    for _ in range(rounds + 1):
        synchronise()
        started = time.perf_counter()
        measure(model, frame, ["true_logit"], bos_id=None, batch_size=len(frame))
        times.append((time.perf_counter() - started) / len(frame))
    return statistics.median(times[1:]), peak(model) - before


def agreement(source: Source, arguments: argparse.Namespace) -> None:
    """A line for each arithmetic on the device against float32 on the CPU."""
    frame = windows(tokenizer_of(source), 2, min(arguments.lengths), arguments.positions)

    def influence(device: str, dtype: str, compiled: bool) -> pd.DataFrame:
        model = model_of(Source(source.model, source.size, device, source.attention), dtype)
        if compiled:
            compile_layers(model)
        return measure(model, frame, ["true_logit"], bos_id=None).influence

    exact = influence("cpu", "float32", False)
    largest = exact.groupby(["window", "position"]).influence.transform("max")
    for name in ARITHMETICS:
        with arithmetic(name) as dtype:
            found = influence(source.device, dtype, arguments.compile)
        difference = float(((found.influence - exact.influence).abs() / largest).max())
        of_median = compare(exact, found, "true_logit")
        print(
            f"| {source.size or 'checkpoint'} | {source.attention} | {name} | {difference:.1e} "
            f"| {of_median.profile_error:.1e} | {of_median.exponent_error:.1e} |",
            flush=True,
        )
        if name == "float32" and not difference < AGREEMENT:
            sys.exit(f"float32 on {source.device} differs from the CPU by {difference:.2g}.")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="folder of a checkpoint, for the agreement")
    parser.add_argument(
        "--sizes", nargs="+", choices=SIZES, default=["pythia-410m", "qwen2.5-0.5b"]
    )
    parser.add_argument("--lengths", nargs="+", type=int, default=[512, 1024])
    parser.add_argument("--positions", type=int, default=8)
    parser.add_argument("--attentions", nargs="+", default=["eager", "sdpa"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="compile the layers (torch.compile)")
    parser.add_argument("--side", type=int, default=8192, help="of the card's square product")
    parser.add_argument("--device", default="cuda", help="cpu, to try the benchmark itself")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the CPU")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("torch finds no CUDA device here, so nothing was measured: run this where one is.")
    disable_progress_bar()
    set_verbosity_error()
    make_reproducible(arguments.threads)  # the settings of a study's jobs
    device = arguments.device
    card = {name: card_rate(name, device, arguments.side) for name in ARITHMETICS}
    where = torch.cuda.get_device_name() if device == "cuda" else device
    products = ", ".join(f"{name} {rate / 1e12:.3g}" for name, rate in card.items())
    print(f"{where}, torch {torch.__version__}; square products, TFLOP/s: {products}\n")
    chosen = [
        Source(None, size, device, attention)
        for size in arguments.sizes
        for attention in arguments.attentions
    ]
    print(
        "| size | tokens | attention | arithmetic | windows at once | profiles/s | TFLOP/s "
        "| share of the card's rate | expected memory, MB | measured, MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for source in chosen:
        rates(source, arguments, card)
    print("\n| model | attention | arithmetic | largest difference | profile off by | \\|Δp\\| |")
    print("|---|---|---|---|---|---|")
    if arguments.model:
        chosen += [Source(arguments.model, None, device, kind) for kind in arguments.attentions]
    for source in chosen:
        agreement(source, arguments)


if __name__ == "__main__":
    main()
