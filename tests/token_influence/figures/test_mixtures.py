"""The figure of single predictions between two truths."""

import numpy as np
from drawn_figures import mixture_record, overhang, texts

from token_influence.figures.mixtures import mixtures_figure
from token_influence.figures.style import SIZES
from token_influence.tables.mixtures import mixtures_table


def positions(axes, gid: str) -> list[float]:
    return [one.get_xdata()[0] for one in axes.lines if one.get_gid() == gid]


def test_each_arm_shows_its_share_the_truths_and_the_verdict():
    records = [mixture_record(0.7), mixture_record(0.2, order="shuffled", verdict="undecided")]
    axes = mixtures_figure(mixtures_table(records)).axes[0]
    np.testing.assert_array_equal(positions(axes, "observed"), [0.7, 0.2])
    np.testing.assert_array_equal(positions(axes, "exponential"), [0.15, 0.15])
    np.testing.assert_array_equal(positions(axes, "power_law"), [0.75, 0.75])
    shown = texts(axes)
    for part in ("poems · intact", "poems · shuffled", "nearer to power laws", "undecided"):
        assert part in shown
    assert "tiny_1" not in shown  # the one model of the study


def test_several_models_are_named():
    records = [mixture_record(0.7), mixture_record(0.2, model="other")]
    assert "tiny_1 · poems" in texts(mixtures_figure(mixtures_table(records)))


def test_in_one_column_its_words_are_whole():
    figure = mixtures_figure(mixtures_table([mixture_record(0.7)]), SIZES["one_column"])
    assert overhang(figure) < 0.02
