"""The figure of a training shows each checkpoint's numbers at its step."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from drawn_figures import line
from trained_models import ARM, HEADLINE, HELD, STEPS, table

from token_influence.figures.emergence import emergence_figure, place
from token_influence.figures.style import save


def profiles() -> pd.DataFrame:
    r = np.arange(110)
    frames = [
        pd.DataFrame(
            {**ARM, "weights": weights, "distance": r, "n": np.where(r < 105, 8, 3),
             "median": (r + 1.0) ** (-0.1 * (k + 1))}
        )
        for k, weights in enumerate([*(f"step{step}" for step in STEPS), "trained"])
    ]  # fmt: skip
    return pd.concat(frames)


def test_the_figure_shows_each_number_at_its_step():
    curves, exponent, gain, wins, losses = emergence_figure(
        table(), profiles(), HEADLINE, 0.95
    ).axes
    assert sorted(one.get_gid() for one in curves.lines) == sorted(f"step{step}" for step in STEPS)
    drawn = line(curves, "step16")
    assert drawn.get_xdata()[-1] == 105
    np.testing.assert_allclose(drawn.get_ydata(), np.arange(1, 106) ** -0.3)
    x = place(np.array(STEPS))
    assert line(exponent, "identified").get_xdata().tolist() == x[HELD].tolist()
    assert line(exponent, "identified").get_ydata().tolist() == [0.8, 0.8]
    assert line(exponent, "unidentified").get_xdata().tolist() == x[[0, 2]].tolist()
    beside = line(exponent, "unidentified").get_ydata()[0] * np.ptp(exponent.get_ylim())
    assert exponent.get_ylim()[0] + beside < 0.7, "below every interval, where it is no value"
    assert line(gain, "exponential").get_ydata().tolist() == [0.5] * 4
    assert line(gain, "constant").get_ydata().tolist() == pytest.approx([1 / 3] * 4)
    assert line(wins, "constant").get_ydata().tolist() == [0.5] * 4
    assert line(losses, "held_out_loss").get_ydata().tolist() == [8.0, 7.0, 6.0, 5.0]
    assert line(losses, "bigram_loss").get_ydata()[0] == 5.5
    for axes in (exponent, gain, wins, losses):
        assert line(axes, "appearance").get_xdata()[0] == place(512)


def test_steps_stand_on_a_logarithmic_scale_with_room_for_0():
    assert place(np.array([0, 1, 2, 4])).tolist() == [-1, 0, 1, 2]


def test_the_figure_says_what_it_shows():
    figure = emergence_figure(table(), profiles(), HEADLINE, 0.95)
    shown = "\n".join(one.get_text() for one in figure.findobj(matplotlib.text.Text))
    for part in (
        "small\nfitted: $r$ = 1 … 100; all sources; one step: 100 tokens",
        "poems-held-out",
        "intact · true logit",
        "bigram",
        "power law from here on",
    ):
        assert part in shown


def test_without_a_training_record_there_are_no_baselines():
    figure = emergence_figure(table(trainings={}), profiles(), HEADLINE, 0.95)
    gids = {one.get_gid() for axes in figure.axes for one in axes.lines}
    assert not gids & {"held_out_loss", "unigram_loss", "bigram_loss"}
    assert "all sources\nlines of $p$: 95 % intervals" in figure.get_suptitle()


def test_the_figure_is_byte_stable(tmp_path):
    for name in ("one", "two"):
        figure = emergence_figure(table(), profiles(), HEADLINE, 0.95)
        save(figure, tmp_path / f"{name}.svg", tmp_path / f"{name}.png")
    for kind in ("svg", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
