"""The influence engine against its peers: profiles per second, agreement, memory, counted limit.

    python benchmarks/engine.py MODEL_FOLDER [--dtypes float32 bfloat16] [--threads 2] [--rounds 3]
    python benchmarks/engine.py MODEL_FOLDER --growth [--figure FILE]    # time by tokens, positions
    python benchmarks/engine.py --size pythia-410m --device cuda    # random weights, no checkpoint

All methods measure the same predictions (`true_logit`, positions spread over the last half of a
window), interleaved in one run. A turn is one window, or several (`--windows`), which ours gets in one
call. What it tries on a model is tried in the first turn, which warms up and does not count. Peers need
the extra `bench`; those that are missing are left out. On a GPU the engine also measures as many
windows at once as fit.
"""

import argparse
import statistics
import time
from pathlib import Path

import engine_history
import engine_limit
import numpy as np
from engine_growth import draw, growth
from engine_limit import Limit, synchronise
from engine_methods import METHODS, peak_memory
from engine_models import model_of, model_parser, parsed, tokenizer_of, windows
from transformers import PreTrainedModel

from token_influence.errors import ModelError
from token_influence.influence.measure import measure
from token_influence.influence.memory import plan
from token_influence.influence.precision import Bounds, check_precision, describe
from token_influence.influence.speed import refuse_slow
from token_influence.models.loading import DTYPES

# Rounding apart, every method must give the same numbers, relative to a profile's largest.
AGREEMENT = 1e-4


def compare(model: PreTrainedModel, dtype: str, arguments: argparse.Namespace) -> dict[str, float]:
    """Run every method in turn on every window, round by round; print the table.

    Returns median seconds per window by method.
    """
    tokenizer, many = tokenizer_of(arguments), arguments.windows
    drawn = windows(tokenizer, arguments.rounds * many, arguments.length, arguments.positions)
    made = {name: METHODS[name](model, tokenizer) for name in arguments.methods}
    methods = {name: run for name, run in made.items() if run is not None}
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    profiles: dict[str, list[np.ndarray]] = {}
    limit = Limit(model, len(drawn.positions[0]), drawn.positions[0])
    for turn in range(arguments.rounds + 1):  # the first turn warms up
        frame = drawn[turn % arguments.rounds * many :].head(many).reset_index(drop=True)
        for name, run in methods.items():
            synchronise()
            started = engine_limit.clock()
            profiles[name] = run(frame)
            synchronise()
            seconds[name].append((engine_limit.clock() - started) / many)
        check_agreement(profiles, dtype)
        limit.measure()
    seconds = {name: times[1:] for name, times in seconds.items()}
    report(seconds, profiles, dtype, arguments)
    ours = statistics.median(seconds["ours"])
    report_limit(ours, limit, arguments.positions)
    if arguments.history:
        record(seconds, limit.rows() / ours, dtype, arguments)
    if model.device.type == "cuda" or arguments.batch:
        batched(model, limit, arguments)
    return {name: statistics.median(times) for name, times in seconds.items()}


def largest_difference(found: list[np.ndarray], expected: list[np.ndarray]) -> float:
    """Between profiles, relative to the largest influence of each."""
    pairs = zip(found, expected, strict=True)
    return max(float(np.max(np.abs(a - b)) / np.max(b)) for a, b in pairs)


def check_agreement(profiles: dict[str, list[np.ndarray]], dtype: str) -> None:
    """Stop where a method measures something else (bfloat16 rounds too much to tell)."""
    for name, found in profiles.items():
        difference = largest_difference(found, profiles["ours"])
        if dtype == "float32" and not difference < AGREEMENT:
            raise SystemExit(f"{name} differs from ours by {difference:.2g}.")


def report(
    seconds: dict[str, list[float]],
    profiles: dict[str, list[np.ndarray]],
    dtype: str,
    arguments: argparse.Namespace,
) -> None:
    """A line per method: rate, time against ours in the same rounds, agreement, memory."""
    print("| method | profiles/s | time against ours | largest difference | peak memory, MB |")
    print("|---|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(np.divide(times, seconds["ours"]))
        difference = largest_difference(profiles[name], profiles["ours"])
        memory = f"{peak_memory(name, dtype, arguments):.0f}" if arguments.memory else ""
        rate = arguments.positions / statistics.median(times)
        print(f"| {name} | {rate:.3f} | {ratio:.2f} | {difference:.1e} | {memory} |", flush=True)


def report_limit(ours: float, limit: Limit, profiles: int) -> None:
    """Two lines: the limit with all rows, and with those alone that can be non-zero."""
    print()
    for rows, bound in (("all rows", limit.all_rows()), ("rows not zero", limit.rows())):
        print(
            f"limit, {rows}: {profiles / bound:.3f} profiles/s at {limit.rate() / 1e9:.0f} "
            f"GFLOP/s ({limit.best()}); ours reaches {bound / ours:.0%} of it"
        )
    rates = [f"{name} {limit.rate(name) / 1e9:.0f}" for name in limit.linear_times]
    print(f"linear products, GFLOP/s by kernel: {', '.join(rates)}\n", flush=True)


def record(
    seconds: dict[str, list[float]], share: float, dtype: str, arguments: argparse.Namespace
) -> None:
    """Add the run to the history; say what fell since the last one on such a machine."""
    peers = [times for name, times in seconds.items() if not name.startswith("ours")]
    ratio = min(statistics.median(np.divide(times, seconds["ours"])) for times in peers)
    for fall in engine_history.append(
        Path(arguments.history), dtype, arguments.threads, ratio, share
    ):
        print(f"SLOWER: {fall}\n", flush=True)


def batched(model: PreTrainedModel, limit: Limit, arguments: argparse.Namespace) -> None:
    """Ours with as many windows at once as the memory takes, or as `--batch` says."""
    many = arguments.batch or 256
    frame = windows(tokenizer_of(arguments), many, arguments.length, arguments.positions)
    how = plan(model, frame, bos_id=None)
    size = arguments.batch or how.batch_size
    frame, times = frame.head(size), []
    for _ in range(arguments.rounds + 1):
        synchronise()
        started = engine_limit.clock()
        measure(model, frame, ["true_logit"], bos_id=None, batch_size=size)
        synchronise()
        times.append(engine_limit.clock() - started)
    per_window = statistics.median(times[1:]) / size
    print(f"{size} windows at once ({how}): {arguments.positions / per_window:.1f} profiles/s,")
    print(f"{limit.all_rows() / per_window:.0%} of the limit of one window with all rows\n")


def precision(model: PreTrainedModel, dtype: str, arguments: argparse.Namespace) -> None:
    """How far the arithmetic is from float32, on the benchmark's own windows."""
    frame = windows(tokenizer_of(arguments), 4, arguments.length, arguments.positions)
    free = Bounds(profile=float("inf"), exponent=float("inf"))
    exact = model_of(arguments, "float32")
    for record in check_precision(exact, model, frame, ["true_logit"], bos_id=None, bounds=free):
        print(describe(record), "\n", flush=True)


def read_arguments() -> argparse.Namespace:
    parser = model_parser(__doc__, threads=2)
    parser.add_argument("--dtypes", nargs="+", default=["float32"], choices=DTYPES)
    parser.add_argument("--windows", type=int, default=1, help="of a turn")
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--positions", type=int, default=8)
    parser.add_argument("--methods", nargs="*", choices=METHODS, help="only these (with ours)")
    parser.add_argument("--memory", action="store_true", help="peak memory, one process per method")
    parser.add_argument("--batch", type=int, help="also so many windows at once (GPU: what fits)")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--lengths", nargs="+", type=int, default=[128, 256, 512, 1024, 2048])
    parser.add_argument("--counts", nargs="+", type=int, default=[1, 2, 4, 8, 16])
    parser.add_argument("--history", metavar="FILE", help="add the run to this CSV file")
    parser.add_argument("--figure", help="where --growth draws what it finds (.svg or .png)")
    arguments = parsed(parser)
    chosen = METHODS if arguments.methods is None else ["ours", *arguments.methods]
    arguments.methods = list(dict.fromkeys(chosen))
    if arguments.history and all(name.startswith("ours") for name in arguments.methods):
        parser.error("--history compares with a peer: leave --methods out, or name one")
    return arguments


def main() -> None:
    arguments = read_arguments()
    if arguments.cpu_time:
        engine_limit.clock = time.process_time
    medians: dict[str, dict[str, float]] = {}
    for dtype in arguments.dtypes:
        model = model_of(arguments, dtype)
        try:
            refuse_slow(dtype, model.device.type, "name a device that has units for it")
        except ModelError as reason:
            print(f"## {dtype} left out\n\n{reason}\n")
            continue
        threads = f"{arguments.threads} thread{'s' if arguments.threads > 1 else ''}"
        title = f"{arguments.size or 'checkpoint'}, {dtype}, {threads}, {arguments.attention}"
        print(f"## {title}, {model.device}\n")
        if arguments.growth:
            table = growth(model, arguments)
            if arguments.figure:
                draw(table, arguments.figure, title)
        else:
            medians[dtype] = compare(model, dtype, arguments)
            if dtype != "float32":
                precision(model, dtype, arguments)
    against_float32(medians)


def against_float32(medians: dict[str, dict[str, float]]) -> None:
    """How much faster ours is in the other arithmetics than the best peer in float32."""
    exact = medians.get("float32", {})
    peers = {name: seconds for name, seconds in exact.items() if not name.startswith("ours")}
    if peers:
        best = min(peers, key=lambda name: peers[name])
        for dtype, seconds in medians.items():
            print(f"ours, {dtype}: {peers[best] / seconds['ours']:.2f} times {best}, float32")


if __name__ == "__main__":
    main()
