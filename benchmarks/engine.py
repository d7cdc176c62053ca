"""The influence engine against its peers: profiles per second, agreement, memory, counted limit.

    python benchmarks/engine.py MODEL_FOLDER [--dtypes float32 bfloat16] [--threads 2] [--rounds 3]
    python benchmarks/engine.py MODEL_FOLDER --growth     # how the cost grows, against the count
    python benchmarks/engine.py --size pythia-410m --device cuda    # random weights, no checkpoint

All methods measure the same predictions (`true_logit`, positions spread over the last half of a
window), interleaved in one run. Peers need the extra `bench`; those that are missing are left out.
"""

import argparse
import statistics
import time
from typing import Any

import engine_limit
import numpy as np
import pandas as pd
import torch
from engine_limit import Limit
from engine_methods import METHODS, peak_memory
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from token_influence.models import (
    DTYPES,
    KNOWN_PARAGRAPH,
    load_model,
    load_tokenizer,
    resolve_device,
)

# The published sizes, for machines without a checkpoint: time does not depend on the weights.
SIZES = {
    "pythia-410m": (
        "gpt_neox",
        {
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "vocab_size": 50304,
            "max_position_embeddings": 2048,
        },
    ),
    "qwen2.5-0.5b": (
        "qwen2",
        {
            "hidden_size": 896,
            "intermediate_size": 4864,
            "num_hidden_layers": 24,
            "num_attention_heads": 14,
            "num_key_value_heads": 2,
            "vocab_size": 151936,
            "max_position_embeddings": 32768,
            "tie_word_embeddings": True,
        },
    ),
}


def model_of(arguments: argparse.Namespace, dtype: str) -> PreTrainedModel:
    """The checkpoint, or random weights of a published size."""
    if arguments.model:
        return load_model(
            arguments.model, device=arguments.device, dtype=dtype, attention=arguments.attention
        )
    kind, settings = SIZES[arguments.size]
    config = AutoConfig.for_model(kind, **settings)
    model = AutoModelForCausalLM.from_config(
        config, dtype=DTYPES[dtype], attn_implementation=arguments.attention
    )
    return model.to(resolve_device(arguments.device)).eval().requires_grad_(False)


def windows(tokenizer: Any, count: int, length: int, positions: int) -> pd.DataFrame:
    """One paragraph again and again (time does not depend on the text), read from `count` starts.

    Positions are spread over the last half. Text rather than random tokens, because inseq needs it.
    """
    ids = tokenizer(KNOWN_PARAGRAPH)["input_ids"] if tokenizer else list(range(100, 200))
    ids = np.array(ids * (1 + (length + count) // len(ids)))
    ids = np.stack([ids[start : start + length + 1] for start in range(count)])
    spread = np.linspace(length // 2, length, positions + 1).round().astype(int)[1:] - 1
    return pd.DataFrame(
        {
            "window": range(count),
            "token_ids": ids.tolist(),
            "positions": [spread.tolist()] * count,
        }
    )


def tokenizer_of(arguments: argparse.Namespace) -> Any:
    """The checkpoint's tokenizer; random weights have none."""
    return load_tokenizer(arguments.model) if arguments.model else None


def synchronise() -> None:
    """Wait for the device, so that a clock means something."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def compare(model: PreTrainedModel, frame: pd.DataFrame, arguments: argparse.Namespace) -> None:
    """Run every method in turn on every window, round by round, and print the table."""
    tokenizer = tokenizer_of(arguments)
    methods = {name: make(model, tokenizer) for name, make in METHODS.items()}
    methods = {
        name: run
        for name, run in methods.items()
        if run is not None and (not arguments.methods or name in arguments.methods)
    }
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    profiles: dict[str, list[np.ndarray]] = {}
    limit = Limit(model, len(frame.positions[0]), frame.positions[0])
    for turn in range(arguments.rounds + 1):  # the first turn warms up
        row = frame.iloc[[turn % len(frame)]].reset_index(drop=True)
        for name, run in methods.items():
            synchronise()
            started = engine_limit.clock()
            found = run(row)
            synchronise()
            if turn:
                seconds[name].append(engine_limit.clock() - started)
            else:
                profiles[name] = found
        if turn:
            limit.measure()
    report(seconds, profiles, limit, len(frame.positions[0]), arguments)


def report(
    seconds: dict[str, list[float]],
    profiles: dict[str, list[np.ndarray]],
    limit: Limit,
    positions: int,
    arguments: argparse.Namespace,
) -> None:
    """A line per method: rate, time against ours in the same rounds, agreement, memory."""
    print("| method | profiles/s | time against ours | largest difference | peak memory, MB |")
    print("|---|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(np.divide(times, seconds["ours"]))
        pairs = zip(profiles[name], profiles["ours"], strict=True)
        difference = max(np.max(np.abs(a - b)) / np.max(b) for a, b in pairs)
        memory = peak_memory(name, arguments) if arguments.memory else float("nan")
        rate = positions / statistics.median(times)
        print(f"| {name} | {rate:.3f} | {ratio:.2f} | {difference:.1e} | {memory:.0f} |")
    ours = statistics.median(seconds["ours"])
    for rows, bound in (
        ("all rows", limit.all_rows()),
        ("rows that can be non-zero", limit.rows()),
    ):
        print(
            f"limit, {rows}: {positions / bound:.3f} profiles/s at {limit.rate() / 1e9:.0f} "
            f"GFLOP/s; ours reaches {bound / ours:.0%} of it"
        )
    print()


def growth(model: PreTrainedModel, arguments: argparse.Namespace) -> None:
    """Seconds per window of ours by its length and number of positions, and the limit."""
    print("| tokens | positions | seconds | limit, seconds | share |")
    print("|---|---|---|---|---|")
    run = METHODS["ours"](model, None)
    assert run is not None
    cells = [(length, 8) for length in arguments.lengths] + [(512, n) for n in (1, 2, 4, 16)]
    for length, count in cells:
        frame = windows(tokenizer_of(arguments), 1, length, count)
        limit = Limit(model, count, frame.positions[0])
        times = []
        for _ in range(arguments.rounds):
            started = engine_limit.clock()
            run(frame)
            synchronise()
            times.append(engine_limit.clock() - started)
            limit.measure()
        best, bound = statistics.median(times), limit.rows()
        print(f"| {length} | {count} | {best:.2f} | {bound:.2f} | {bound / best:.0%} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="folder of a checkpoint in Hugging Face layout")
    parser.add_argument("--size", choices=SIZES, help="random weights of a published size instead")
    parser.add_argument("--dtypes", nargs="+", default=["float32"], choices=DTYPES)
    parser.add_argument("--attention", default="eager", choices=["eager", "sdpa"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--positions", type=int, default=8)
    parser.add_argument("--methods", nargs="*", choices=METHODS, help="only these (with ours)")
    parser.add_argument("--memory", action="store_true", help="peak memory, one process per method")
    parser.add_argument("--cpu-time", action="store_true", help="for a busy machine, one thread")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--lengths", nargs="+", type=int, default=[128, 256, 512, 1024, 2048])
    arguments = parser.parse_args()
    if bool(arguments.model) == bool(arguments.size):
        parser.error("name a model folder or a --size")
    if arguments.methods:
        arguments.methods = ["ours", *arguments.methods]
    if arguments.cpu_time:
        engine_limit.clock = time.process_time
    torch.set_num_threads(arguments.threads)
    disable_progress_bar()
    set_verbosity_error()
    for dtype in arguments.dtypes:
        model = model_of(arguments, dtype)
        print(f"## {dtype}, {arguments.threads} threads, {arguments.attention}, {model.device}\n")
        if arguments.growth:
            growth(model, arguments)
        else:
            tokenizer = tokenizer_of(arguments)
            frame = windows(tokenizer, arguments.rounds, arguments.length, arguments.positions)
            compare(model, frame, arguments)


if __name__ == "__main__":
    main()
