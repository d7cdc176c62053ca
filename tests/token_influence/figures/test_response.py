"""Figures of the response: what is drawn where."""

import numpy as np
import pandas as pd
from drawn_figures import overhang

from token_influence.figures.response import interventions_figure, linearity_figure
from token_influence.figures.style import SIZES

ARM = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact"}
EPSILONS = [0.001, 0.01, 0.1]


def errors() -> pd.DataFrame:
    rows = [
        ARM
        | {"direction": direction, "distance": r, "epsilon": e, "error": e, "divergence_ratio": 1.0}
        for direction in ("gradient", "random")
        for r in (0, 4)
        for e in EPSILONS
    ]
    return pd.DataFrame(rows)


def radius() -> pd.DataFrame:
    rows = [
        ARM
        | {"direction": direction, "distance": r, "radius": 0.03}
        | {"radius_low": 0.02, "radius_high": 0.05, "epsilon_min": 0.001, "epsilon_max": 0.1}
        for direction in ("gradient", "random")
        for r in (0, 4)
    ]
    return pd.DataFrame(rows)


def test_each_arm_has_errors_radius_and_second_order() -> None:
    figure = linearity_figure(errors(), radius())
    along, random, by_distance, second = figure.axes
    for axes in (along, random):
        lines = [line for line in axes.lines if len(line.get_xdata()) == len(EPSILONS)]
        assert len(lines) == 2
        np.testing.assert_allclose(lines[0].get_ydata(), EPSILONS)
    assert len(by_distance.containers) == 2
    assert (second.lines[0].get_ydata() == 1).all()


def test_in_one_column_two_panels_stand_beside_each_other_and_their_words_are_whole() -> None:
    figure = linearity_figure(errors(), radius(), SIZES["one_column"])
    assert figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 2)
    assert overhang(figure) < 0.02


def test_effects_stand_beside_their_curves() -> None:
    keys = ARM | {"intervention": "zeros", "effect": "divergence"}
    rows = [
        keys | {"distance": r, "median": 1 / (r + 1), "median_low": 0.01, "median_high": 1.0}
        for r in (0, 1, 3, 7)
    ]
    effects = pd.DataFrame([*rows, *(row | {"effect": "log_p"} for row in rows)])
    fits = pd.DataFrame(
        [
            keys
            | {"family": "power_law", "p": 1.0, "gamma": 0.0, "beta": 1.0}
            | {"distance_min": 1, "distance_max": 7}
        ]
    )
    figure = interventions_figure(effects, fits)
    log_p, divergence = figure.axes
    assert (len(log_p.containers), len(divergence.containers)) == (1, 1)
    curve = divergence.lines[-1]
    np.testing.assert_allclose(curve.get_ydata(), 1 / curve.get_xdata())
    assert curve.get_xdata()[0] == 2
