"""The controls figure shows the arms of one model and corpus side by side."""

import numpy as np
from drawn_figures import HEADLINE, line, record, texts, unidentified

from token_influence.figures.controls import controls_figure
from token_influence.figures.profile import pooled
from token_influence.orders import ORDERS


def test_controls_head_each_arm_with_its_loss(profile):
    records = [record(), record([unidentified("power_law")], weights="random")]
    losses = [
        {"loss": 4.123, "loss_se": 0.051, "accuracy": 0.4149},
        {"loss": 10.9, "loss_se": 0.1, "accuracy": 0.0},
    ]
    rising = profile.assign(median=profile["median"][::-1].to_numpy())
    figure = controls_figure([profile, rising], records, losses, HEADLINE, 0.9)
    left, right = figure.axes
    meaning = "±: standard error over windows; [ ]: 90 % intervals over windows"
    assert meaning in texts(figure)
    assert "loss 4.12 ± 0.05 nats, accuracy 41 %\n$p$ = 0.91 [0.85, 0.97]" in texts(left)
    assert "loss 10.90 ± 0.10 nats, accuracy 0 %\npower law: not identified" in texts(right)
    assert (left.get_title(loc="left"), right.get_title(loc="left")) == (
        "trained · intact",
        "random · intact",
    )
    assert left.get_ylim() == right.get_ylim()
    np.testing.assert_array_equal(line(right, "median").get_ydata(), pooled(rising, 0)["median"])


def test_many_arms_stand_in_several_rows(profile):
    records = [record(order=order) for order in ORDERS]
    losses = [{"loss": 4.0, "loss_se": 0.1, "accuracy": 0.4}] * len(records)
    figure = controls_figure([profile] * len(records), records, losses, HEADLINE, 0.95)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [f"trained · {order}" for order in ORDERS]
    assert len({axes.get_subplotspec().rowspan.start for axes in figure.axes}) == 2
