"""Floating-point operations of a measurement, counted from sizes alone.

Matrix products only, a multiplication and an addition as two: forward once per window, backward (by
the inputs; the weights are frozen) once per position and objective on the rows up to that position.
Norms, softmax, rotations and copies are left out; they take time, but few operations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]


def linear_weights(facts: Facts) -> int:
    """Weights of the layers' matrices: all but the embedding and, where it is another, the head.

    facts: `parameters`, `width`, `vocabulary` and `tied`, as `models.describe_model` gives them.
    """
    embeddings = facts["vocabulary"] * facts["width"] * (1 if facts["tied"] else 2)
    return int(facts["parameters"]) - embeddings


def forward(facts: Facts, rows: float, rows_squared: float) -> float:
    """One forward pass of the layers; attention makes two products of rows × rows per layer."""
    attention = 4 * facts["layers"] * facts["width"] * rows_squared
    return 2 * linear_weights(facts) * rows + attention


def backward(facts: Facts, rows: float, rows_squared: float) -> float:
    """One backward pass by the inputs: every linear product once more, attention's twice."""
    attention = 8 * facts["layers"] * facts["width"] * rows_squared
    return 2 * linear_weights(facts) * rows + attention


def head(facts: Facts, positions: int, objectives: int) -> float:
    """The logits at the positions, and a backward pass through them per position and objective."""
    return 2 * float(facts["vocabulary"] * facts["width"]) * positions * (1 + objectives)


def of_window(facts: Facts, positions: Sequence[int], objectives: int = 1) -> float:
    """Operations for one window that is measured at these positions."""
    rows = [position + 1 for position in positions]
    back = sum(backward(facts, each, each**2) for each in rows)
    first = forward(facts, max(rows), max(rows) ** 2)
    return first + objectives * back + head(facts, len(rows), objectives)


def expected(
    facts: Facts, measurable: range, positions: int, objectives: int, recompute: bool = False
) -> float:
    """Expected operations for one window of which `positions` of the `measurable` are drawn.

    recompute: layers are computed again in the backward pass, for about one forward pass more.
    """
    count = len(measurable)
    # The largest of k distinct draws from 1..n is (n + 1) k / (k + 1) on average.
    read = measurable.start + (count + 1) * positions / (positions + 1)
    rows = measurable.start + (count + 1) / 2
    squared = rows**2 + (count**2 - 1) / 12
    once = forward(facts, read, read**2) * (2 if recompute else 1)
    back = positions * objectives * backward(facts, rows, squared)
    return once + back + head(facts, positions, objectives)
