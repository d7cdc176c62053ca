"""Floating-point operations of a measurement, counted from sizes alone.

Only matrix products are counted, a multiplication and an addition as two operations: a forward pass per
window, and a backward pass per position and objective on the rows up to the end of the position's
segment (see `segments`). Backward passes are by the inputs alone, since the weights are frozen.
Norms, softmax, rotations and copies are left out; they take time, but few operations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

DRAWS = 256  # of positions, for the mean over them

Facts = Mapping[str, Any]


def linear_weights(facts: Facts) -> int:
    """The number of weights of the layers: all but the embedding and, if it is not tied, the head.

    facts: `parameters`, `width`, `vocabulary` and `tied`, as `models.describe_model` gives them.
    """
    embeddings = facts["vocabulary"] * facts["width"] * (1 if facts["tied"] else 2)
    return int(facts["parameters"]) - embeddings


def forward(facts: Facts, rows: int, cells: int) -> int:
    """One forward pass of the layers; attention makes two products over `cells` = rows × columns."""
    return 2 * linear_weights(facts) * rows + 4 * int(facts["layers"] * facts["width"]) * cells


def backward(facts: Facts, rows: int, cells: int) -> int:
    """One backward pass by the inputs: each linear product once, each product of attention twice."""
    return 2 * linear_weights(facts) * rows + 8 * int(facts["layers"] * facts["width"]) * cells


def head(facts: Facts, positions: int, objectives: int) -> int:
    """The logits at the positions, and a backward pass through them per position and objective."""
    return 2 * int(facts["vocabulary"] * facts["width"]) * positions * (1 + objectives)


def of_window(
    facts: Facts, positions: Sequence[int], objectives: int = 1, recompute: bool = False
) -> float:
    """Operations for one window that is measured at these ascending positions.

    recompute: layers are recomputed in the backward pass, which is one more forward pass.
    """
    # Importing torch takes seconds, for which those who count no segments should not wait.
    from token_influence.influence.segments import segment_ends

    layers = facts["layers"]
    start, rows, cells, backward_passes = 0, 0, 0, 0.0
    for end in segment_ends([list(positions)]):
        # A segment attends to itself and to all before it. The gradient of a position goes through its
        # whole segment and, below the last layer, through the segments before it.
        stop = positions[end - 1] + 1
        own = stop - rows
        rows, cells = stop, cells + own * stop
        below = (layers - 1) * backward(facts, rows, cells)
        backward_passes += (end - start) * (below + backward(facts, own, own * stop)) / layers
        start = end
    forward_passes = forward(facts, rows, cells) * (2 if recompute else 1)
    return forward_passes + objectives * backward_passes + head(facts, len(positions), objectives)


def expected(
    facts: Facts, measurable: range, positions: int, objectives: int, recompute: bool = False
) -> float:
    """Mean operations for one window, over draws of `positions` of the `measurable` ones."""
    generator = np.random.default_rng(0)
    drawn = (
        np.sort(generator.choice(measurable, size=positions, replace=False)).tolist()
        for _ in range(DRAWS)
    )
    return float(np.mean([of_window(facts, draw, objectives, recompute) for draw in drawn]))
