"""Interventions per second: with shared prefixes, and as full passes of the whole window.

    python benchmarks/response.py MODEL_FOLDER [--length 512] [--changes 16] [--cpu-time]
    python benchmarks/response.py --size tiny --length 64 --distances 0 4 16   # to see that it runs

Both ways make the same changes at the same sources of one prediction, in one process, in turn. The
plain way is one forward pass of all rows up to the prediction for each change, one at a time. The
logits must be equal, else it stops.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from engine_models import model_of, model_parser, parsed, tokenizer_of, windows
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.influence.access import forward, untouched
from token_influence.response.continuing import Continuing
from token_influence.response.predictions import Prediction
from token_influence.response.single import can_reuse_prefixes

# Logits may differ by so much.
AGREEMENT = 1e-3


def ours(
    model: PreTrainedModel, embeddings: Tensor, changes: dict[int, Tensor], cached: bool
) -> np.ndarray:
    """Logits [changes, V], source after source, with shared prefixes."""
    reader = Continuing(model, embeddings, cached=cached)
    return torch.cat([reader.logits(row, new[:, None]) for row, new in changes.items()]).numpy()


@torch.no_grad()
def plainly(model: PreTrainedModel, embeddings: Tensor, changes: dict[int, Tensor]) -> np.ndarray:
    """The same logits, one full pass each."""
    last = torch.tensor([[len(embeddings) - 1]], device=model.device)
    found = []
    for row, several in changes.items():
        for new in several:
            changed = embeddings.clone()
            changed[row] = new
            found.append(forward(model, changed[None], last)[0][0, 0].cpu().double().numpy())
    return np.array(found)


def measure(model: PreTrainedModel, arguments: argparse.Namespace) -> None:
    """Both ways in turn, round by round; print the rates."""
    clock = time.process_time if arguments.cpu_time else time.perf_counter
    ids = np.array(windows(tokenizer_of(arguments), 1, arguments.length, 1).token_ids[0])
    position = arguments.length - 1
    with untouched(model):
        cached = can_reuse_prefixes(model)
        embeddings = Prediction(0, position, ids).embeddings(model)
        generator = torch.Generator().manual_seed(0)
        changes = {
            position - r: torch.randn(
                arguments.changes, embeddings.shape[1], generator=generator
            ).to(embeddings)
            for r in sorted(arguments.distances, reverse=True)
        }
        ways: dict[str, Callable[[], np.ndarray]] = {
            "shared prefixes": lambda: ours(model, embeddings, changes, cached),
            "full passes": lambda: plainly(model, embeddings, changes),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(arguments.rounds):
            found = []
            for name, run in ways.items():
                started = clock()
                found.append(run())
                seconds[name].append(clock() - started)
            difference = float(np.abs(np.subtract(*found)).max())
            if not difference < AGREEMENT:
                raise SystemExit(f"The logits of both ways differ by {difference:.2g}.")
    number = arguments.changes * len(changes)
    print("| way | interventions/s | times full passes | largest difference |")
    print("|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(np.divide(seconds["full passes"], times))
        rate = number / statistics.median(times)
        print(f"| {name} | {rate:.2f} | {ratio:.2f} | {difference:.1e} |", flush=True)


def main() -> None:
    parser = model_parser(__doc__, threads=1)
    parser.add_argument("--length", type=int, default=512, help="tokens of the window")
    parser.add_argument("--changes", type=int, default=16, help="changes at each source")
    parser.add_argument(
        "--distances", type=int, nargs="+", default=[0, 1, 2, 4, 8, 16, 32, 64, 128, 256]
    )
    arguments = parsed(parser)
    measure(model_of(arguments, "float32"), arguments)


if __name__ == "__main__":
    main()
