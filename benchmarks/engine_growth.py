"""How the engine's time grows with the length of a window and the number of its predictions."""

import argparse
import statistics

import engine_limit
import matplotlib.pyplot as plt
import pandas as pd
from engine_limit import Limit
from engine_methods import METHODS
from engine_models import tokenizer_of, windows
from transformers import PreTrainedModel

# Short windows are measured several in a call, so that what a call does once is a small part of it.
LEAST_TOKENS = 1024
# Those of Okabe and Ito (2008), which readers who do not tell red from green can tell apart.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7")


def growth(model: PreTrainedModel, arguments: argparse.Namespace) -> pd.DataFrame:
    """Seconds per window by tokens and positions, beside the counted limit; printed as they come."""
    run, tokenizer, rows = METHODS["ours"](model, None), tokenizer_of(arguments), []
    assert run is not None
    run(windows(tokenizer, 1, 16, 2))  # to warm up
    print("| tokens | positions | seconds | limit, seconds | share of the limit |")
    print("|---|---|---|---|---|")
    for tokens in arguments.lengths:
        for positions in arguments.counts:
            many = max(LEAST_TOKENS // tokens, 1)
            frame = windows(tokenizer, many, tokens, positions)
            limit, times = Limit(model, positions, frame.positions[0]), []
            for _ in range(arguments.rounds):
                started = engine_limit.clock()
                run(frame)
                engine_limit.synchronise()
                times.append((engine_limit.clock() - started) / many)
                limit.measure()
            seconds, bound = statistics.median(times), limit.rows()
            share = f"{bound / seconds:.0%}"
            print(f"| {tokens} | {positions} | {seconds:.3f} | {bound:.3f} | {share} |", flush=True)
            rows.append((tokens, positions, seconds, bound))
    return pd.DataFrame(rows, columns=["tokens", "positions", "seconds", "limit"])


def draw(table: pd.DataFrame, path: str, title: str) -> None:
    """Time against tokens, a line per number of positions, the limit dashed in the same colour."""
    figure, axes = plt.subplots(figsize=(6, 4.2), layout="constrained")
    for k, (positions, part) in enumerate(table.groupby("positions")):
        colour = COLOURS[k % len(COLOURS)]
        label = f"{positions} position{'s' if positions != 1 else ''}"
        axes.plot(part.tokens, part.seconds, "o-", color=colour, label=label, markersize=4)
        axes.plot(part.tokens, part.limit, "--", color=colour, linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    ticks = sorted(set(table.tokens))
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xlabel("Tokens in the window")
    axes.set_ylabel("Seconds per window")
    axes.plot([], [], "--", color="0.4", linewidth=1, label="counted products alone")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(title, fontsize="medium")
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
    plt.close(figure)
