"""The figure of single predictions shows an even choice of them, normalised."""

import numpy as np
from drawn_figures import ARM, FULL, influence, line, texts

from token_influence.figures.individual import SHOWN, evenly, individual_figure, thinned
from token_influence.figures.profile import pooled


def test_evenly_spread_choice():
    assert evenly(5, 20).tolist() == [0, 1, 2, 3, 4]
    assert evenly(128, 20)[[0, -1]].tolist() == [0, 127]
    assert len(set(evenly(128, 20))) == 20


def test_far_distances_are_thinned_out_and_near_ones_are_not():
    shown = thinned(500)
    assert shown[:10].tolist() == list(range(10))
    assert shown[-1] == 500
    assert len(shown) < 80
    assert thinned(0).tolist() == [0]


def test_individual_profiles_are_normalised_and_chosen_alike(profile):
    frames = [influence(0), influence(1)]
    shuffled = [frame.sample(frac=1, random_state=3) for frame in frames]
    axes = individual_figure(shuffled, profile, ARM, 0).axes[0]
    drawn = [one.get_ydata() for one in axes.lines if one.get_gid() == "single"]
    doubled = [frame.astype({"influence": "float64"}) for frame in frames]
    groups = [g for frame in doubled for _, g in frame.groupby(["window", "position"])]
    expected = [(group["influence"] / group["influence"].iloc[0])[: FULL + 1] for group in groups]
    assert len(drawn) == SHOWN
    chosen = [expected[i].iloc[thinned(FULL)] for i in evenly(len(expected), SHOWN)]
    np.testing.assert_array_equal(drawn, chosen)
    np.testing.assert_array_equal(line(axes, "median").get_ydata(), pooled(profile, 0)["median"])
    assert f"{SHOWN} of 32 predictions" in texts(axes)
