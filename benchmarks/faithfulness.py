"""AOPC of the six published methods: passages per second, ours against the paper's own way.

    python benchmarks/faithfulness.py MODEL_FOLDER [--passages 4] [--threads 1] [--cpu-time]
    python benchmarks/faithfulness.py --size tiny    # random weights, to see that it runs

The paper's way is a forward and backward pass of its own for every method, and a forward pass for every
ablation, one passage at a time (`faithfulness_plain.py`). Both ways run in one process, in turn, on the
same passages, by the conventions of the public code; the drops must be equal, else it stops.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from engine_models import model_of, model_parser, parsed, tokenizer_of, windows
from faithfulness_plain import CODE, GRADIENTS, drops
from transformers import PreTrainedModel

from token_influence.attribution.attribute import attribute
from token_influence.attribution.conventions import AS_IN_CODE
from token_influence.attribution.perturbation import perturb
from token_influence.attribution.predictions import Prediction
from token_influence.influence.access import untouched

# Drops (nats) of one passage may differ by so much.
AGREEMENT = 1e-3
LABELS = AS_IN_CODE.published_methods()


def passages(arguments: argparse.Namespace) -> list[Prediction]:
    """Texts of four similar lengths; the last token of each is the target."""
    tokenizer, longest = tokenizer_of(arguments), arguments.length
    found = []
    for k in range(arguments.passages):
        length = longest - 4 * (k % 4)
        ids = windows(tokenizer, k + 1, longest, 1).token_ids[k][:length]
        found.append(Prediction(f"passage/{k}", tuple(ids), length - 2))
    return found


def ours(
    model: PreTrainedModel, some: list[Prediction], arguments: argparse.Namespace
) -> np.ndarray:
    """Drops [passages, methods, fractions]."""
    size = arguments.batch
    scores = attribute(model, some, list(LABELS.values()), bos_id=None, batch_size=size)
    found = perturb(model, some, scores, AS_IN_CODE, bos_id=None)
    return found["drop"].to_numpy().reshape(len(some), len(LABELS), -1)


def plainly(model: PreTrainedModel, some: list[Prediction], chance: dict) -> np.ndarray:
    """Drops [passages, methods, fractions], the paper's way; `chance`: the random scores by key."""
    with untouched(model):
        return np.array(
            [
                [
                    drops(
                        model,
                        list(prediction.token_ids),
                        method,
                        CODE,
                        None if method in GRADIENTS else chance[prediction.key],
                    )
                    for method in LABELS
                ]
                for prediction in some
            ]
        )


def measure(model: PreTrainedModel, arguments: argparse.Namespace) -> None:
    """Both ways in turn, round by round; print the rates."""
    clock = time.process_time if arguments.cpu_time else time.perf_counter
    some = passages(arguments)
    random = attribute(model, some, ["random"], bos_id=None)
    chance = {p.key: np.append(s["random"], 0.0) for p, s in zip(some, random, strict=True)}
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: ours(model, some, arguments),
        "the paper's way": lambda: plainly(model, some, chance),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.rounds):
        found = {}
        for name, run in ways.items():
            synchronise(model)
            started = clock()
            found[name] = run()
            synchronise(model)
            seconds[name].append(clock() - started)
        difference = float(np.abs(np.subtract(*found.values())).max())
        if not difference < AGREEMENT:
            raise SystemExit(f"The drops of both ways differ by {difference:.2g} nats.")
    print("| way | passages/s | times the paper's way | largest difference, nats |")
    print("|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(np.divide(seconds["the paper's way"], times))
        rate = len(some) / statistics.median(times)
        print(f"| {name} | {rate:.3f} | {ratio:.2f} | {difference:.1e} |", flush=True)


def synchronise(model: PreTrainedModel) -> None:
    """Wait until the device has done what it was asked to do."""
    if model.device.type == "cuda":
        torch.cuda.synchronize(model.device)


def main() -> None:
    parser = model_parser(__doc__, threads=1)
    parser.add_argument("--passages", type=int, default=4)
    parser.add_argument("--length", type=int, default=96, help="tokens of the longest passage")
    parser.add_argument("--batch", type=int, default=4, help="predictions read at once")
    arguments = parsed(parser)
    measure(model_of(arguments, "float32"), arguments)


if __name__ == "__main__":
    main()
