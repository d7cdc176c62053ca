"""Errors of the linear prediction and the radius, on steps whose response is known."""

import numpy as np
import pandas as pd
import pytest

from token_influence.decay.settings import Bootstrap
from token_influence.response.linearity import (
    crossings,
    errors_table,
    radius_table,
    with_errors,
)

EPSILONS = np.array([0.001, 0.01, 0.1, 1.0])
BOOTSTRAP = Bootstrap(resamples=100)


def steps(curvature: float = 1.0) -> pd.DataFrame:
    """Steps along the gradient and one random direction, of a score with a quadratic term."""
    rows = [
        (0, window, 5, direction, 0, 1, epsilon)
        for window in range(10)
        for direction in ("gradient", "random")
        for epsilon in EPSILONS
    ]
    names = ["seed", "window", "position", "direction", "draw", "distance", "epsilon"]
    table = pd.DataFrame(rows, columns=names).assign(
        model="m", length=2.0, influence=3.0, width=8, trace=5.0
    )
    step = table["epsilon"] * table["length"]
    slope = table["direction"].map({"gradient": 3.0, "random": 0.01})
    divergence = step**2 * 5.0 / (2 * 8)
    return table.assign(
        slope=slope, measured=step * slope + curvature * step**2, divergence=divergence
    )


def test_the_error_is_relative_to_the_gradient_in_both_directions() -> None:
    table = errors_table(with_errors(steps()), ["model"], BOOTSTRAP)
    for _, rows in table.groupby("direction"):
        np.testing.assert_allclose(rows["error"], 2 * EPSILONS / 3)
        np.testing.assert_allclose(rows["error_low"], rows["error"])
    ratio = table.set_index("direction")["divergence_ratio"]
    np.testing.assert_allclose(ratio["random"], 1.0)
    assert ratio["gradient"].isna().all()


def test_the_radius_is_where_the_error_passes_a_tenth() -> None:
    table = radius_table(with_errors(steps()), ["model"], BOOTSTRAP)
    np.testing.assert_allclose(table["radius"], 0.15)
    assert (table["share_below"] == 0).all()
    assert (table["windows"] == 10).all()
    linear = radius_table(with_errors(steps(curvature=0.0)), ["model"], BOOTSTRAP)
    assert (linear["radius"] == 1).all()
    assert (linear["share_above"] == 1).all()


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([0.01, 0.01, 0.01, 0.01], 1.0),
        ([0.2, 0.01, 0.01, 0.01], 0.001),
        ([0.001, 0.01, 0.1, 1.0], 0.1),
        ([0.01, 0.05, 0.2, 0.01], 0.1 / np.sqrt(10)),  # the first crossing
        ([0.0, 0.2, 0.2, 0.2], 0.01),  # an error without a logarithm
    ],
)
def test_crossings(errors: list[float], expected: float) -> None:
    assert crossings(EPSILONS, np.array([errors]))[0] == pytest.approx(expected, rel=0.01)
