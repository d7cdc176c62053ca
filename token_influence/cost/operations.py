"""Floating-point operations of a measurement, counted from sizes alone.

Matrix products only, a multiplication and an addition as two: forward once per window, backward (by
the inputs; the weights are frozen) once per position and objective on the rows up to the end of the
position's segment (see `segments`).
Norms, softmax, rotations and copies are left out; they take time, but few operations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from token_influence.influence.segments import segment_ends

DRAWS = 256  # of positions, to take the mean over

Facts = Mapping[str, Any]


def linear_weights(facts: Facts) -> int:
    """Weights of the layers' matrices: all but the embedding and, where it is another, the head.

    facts: `parameters`, `width`, `vocabulary` and `tied`, as `models.describe_model` gives them.
    """
    embeddings = facts["vocabulary"] * facts["width"] * (1 if facts["tied"] else 2)
    return int(facts["parameters"]) - embeddings


def forward(facts: Facts, rows: int, cells: int) -> int:
    """One forward pass of the layers; attention makes two products over `cells` = rows × columns."""
    return 2 * linear_weights(facts) * rows + 4 * int(facts["layers"] * facts["width"]) * cells


def backward(facts: Facts, rows: int, cells: int) -> int:
    """One backward pass by the inputs: every linear product once more, attention's twice."""
    return 2 * linear_weights(facts) * rows + 8 * int(facts["layers"] * facts["width"]) * cells


def head(facts: Facts, positions: int, objectives: int) -> int:
    """The logits at the positions, and a backward pass through them per position and objective."""
    return 2 * int(facts["vocabulary"] * facts["width"]) * positions * (1 + objectives)


def of_window(
    facts: Facts, positions: Sequence[int], objectives: int = 1, recompute: bool = False
) -> float:
    """Operations for one window that is measured at these ascending positions.

    recompute: layers are computed again in the backward pass, for about one forward pass more.
    """
    layers = facts["layers"]
    start, rows, cells, back = 0, 0, 0, 0.0
    for end in segment_ends([list(positions)]):
        # A segment attends to itself and to all before. A position goes back over its whole segment
        # and, but for the last layer, over those before.
        stop = positions[end - 1] + 1
        own = stop - rows
        rows, cells = stop, cells + own * stop
        below = (layers - 1) * backward(facts, rows, cells)
        back += (end - start) * (below + backward(facts, own, own * stop)) / layers
        start = end
    once = forward(facts, rows, cells) * (2 if recompute else 1)
    return once + objectives * back + head(facts, len(positions), objectives)


def expected(
    facts: Facts, measurable: range, positions: int, objectives: int, recompute: bool = False
) -> float:
    """Mean operations for one window of which `positions` of the `measurable` are drawn."""
    generator = np.random.default_rng(0)
    drawn = (
        np.sort(generator.choice(measurable, size=positions, replace=False)).tolist()
        for _ in range(DRAWS)
    )
    return float(np.mean([of_window(facts, each, objectives, recompute) for each in drawn]))
