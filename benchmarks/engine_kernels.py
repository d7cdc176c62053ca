"""The rate of matrix products by the number of rows and by kernel, for the shapes of a Llama layer.

    OPENBLAS_NUM_THREADS=1 python benchmarks/engine_kernels.py [--threads 1] [--rows 64 96 288 512]

A backward pass multiplies a segment's rows with each weight matrix. This tells whether another kernel
than torch's own would be faster there, and what products of few rows lose. Rounds alternate between
the kernels; the medians of all rounds are printed, in GFLOP/s.
"""

import argparse
import statistics
import time

import torch
from engine_limit import KERNELS, PAUSE, median_seconds

# In and out: queries and output, keys and values, into and out of the MLP of SmolLM2-135M.
SHAPES = {(576, 576): 2, (576, 192): 2, (576, 1536): 2, (1536, 576): 1}


def rates(rows: int, rounds: int) -> dict[str, float]:
    """GFLOP/s of one layer's products on so many rows, by kernel."""
    work = 2e-9 * rows * sum(count * a * b for (a, b), count in SHAPES.items())
    found: dict[str, list[float]] = {name: [] for name in KERNELS}
    for _ in range(rounds):
        for name, prepare in KERNELS.items():
            time.sleep(PAUSE)
            seconds = 0.0
            for shape, count in SHAPES.items():
                product = prepare(torch.randn(rows, shape[0]), torch.randn(*shape))
                seconds += count * median_seconds(product)
            found[name].append(work / seconds)
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", type=int, nargs="+", default=[64, 96, 288, 512])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)  # numpy's are set by OPENBLAS_NUM_THREADS
    print(f"| rows | {' | '.join(KERNELS)} |")
    print("|" + "---|" * (1 + len(KERNELS)))
    for rows in arguments.rows:
        found = rates(rows, arguments.rounds)
        print(f"| {rows} | {' | '.join(f'{rate:.0f}' for rate in found.values())} |")


if __name__ == "__main__":
    main()
