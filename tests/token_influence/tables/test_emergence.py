"""The table of checkpoints, when the power law appears in it, and the figure of both."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

from token_influence.figures.emergence import emergence_figure, place
from token_influence.figures.style import save
from token_influence.tables.emergence import appearance, emergence_table
from token_influence.tables.headline import natural
from token_influence.tables.steps import step_of, without_steps

ARM = {"model": "small", "corpus": "poems-held-out", "order": "intact", "objective": "true_logit"}
HEADLINE = {"range": "1..100", "skip_sources": 0}
STEPS = [0, 1, 16, 512]
HELD = [False, True, False, True]  # at step 1 by chance, from step 512 on to stay
ERRORS = {"power_law": 1.0, "constant": 3.0, "exponential": 2.0}


def decay() -> pd.DataFrame:
    rows = []
    for weights, held in zip(
        [*(f"step{step}" for step in STEPS), "random"], [*HELD, False], strict=True
    ):
        for family, error in ERRORS.items():
            row = {
                **ARM, "weights": weights, "seed": "pooled", "skip_sources": 0, "range": "1..100",
                "distance_min": 1, "distance_max": 100, "family": family, "identified": held,
                "reason": None if held else "the profile does not fall", "direction": "falls",
                "trend": -0.5, "trend_low": -0.6, "trend_high": -0.4,
                "p": 0.8 if family == "power_law" else None, "p_low": 0.7, "p_high": 0.95,
                "cv_error": error, "win_share": error / 6,
            }  # fmt: skip
            rows += [row, row | {"range": "full", "p": 9.0}, row | {"seed": "0", "p": 9.0}]
            rows.append(row | {"skip_sources": 4, "p": 9.0})
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def predictions() -> pd.DataFrame:
    keys = {key: ARM[key] for key in ("model", "corpus", "order")}
    return pd.DataFrame(
        [
            keys | {"weights": f"step{step}", "loss": 8.0 - k, "loss_se": 0.1}
            for k, step in enumerate(STEPS)
        ]
    )


def training() -> dict:
    def losses(value: float) -> dict:
        return {"loss": value, "bits_per_byte": value / 2}

    return {
        "baselines": {"poems": {"unigram": losses(6.5), "bigram": losses(5.5)}},
        "checkpoints": {
            f"step{step}": {"tokens_seen": 100 * step, "epochs": step / 10,
                            "held_out": {"poems": losses(8.0 - k)}}
            for k, step in enumerate(STEPS)
        },
    }  # fmt: skip


def table(trainings: dict | None = None) -> pd.DataFrame:
    known = {"small": training()} if trainings is None else trainings
    held_out = {"poems-held-out": "poems"}
    return emergence_table(decay(), predictions(), HEADLINE, known, held_out)


def test_the_table_has_a_row_per_checkpoint_in_the_order_of_steps():
    found = table()
    assert found["step"].tolist() == STEPS
    assert found["p"].tolist() == [0.8] * 4
    assert found["identified"].tolist() == HELD
    assert found["cv_error_exponential"].tolist() == [2.0] * 4
    assert found["win_share_constant"].tolist() == [0.5] * 4
    assert found["loss"].tolist() == found["held_out_loss"].tolist() == [8.0, 7.0, 6.0, 5.0]
    assert found["tokens_seen"].tolist() == [0, 100, 1600, 51200]
    assert set(found["unigram_loss"]) == {6.5}
    assert set(found["bigram_bits_per_byte"]) == {2.75}


def test_of_a_model_that_was_not_trained_here_tokens_and_baselines_stay_empty():
    found = table(trainings={})
    assert found["tokens_seen"].isna().all()
    assert "held_out_loss" not in found
    assert found["loss"].tolist() == [8.0, 7.0, 6.0, 5.0]


def test_a_family_that_was_not_fitted_leaves_its_columns_empty():
    some = decay()[lambda rows: rows["family"] != "constant"]
    found = emergence_table(some, predictions(), HEADLINE, {}, {})
    assert found["cv_error_constant"].isna().all()
    assert appearance(found) is None  # nobody knows whether it beats a constant
    assert found["cv_error_power_law"].notna().all()


def test_the_power_law_appears_where_it_holds_to_the_last():
    found = table()
    assert appearance(found) == 512
    assert appearance(found.assign(identified=True)) == 0
    assert appearance(found.assign(identified=[True] * 3 + [False])) is None
    worse = found.assign(identified=True, cv_error_constant=[0.5, 3, 3, 3])
    assert appearance(worse) == 1
    worse = found.assign(identified=True, cv_error_exponential=[3, 3, 0.5, 3])
    assert appearance(worse) == 512


def test_steps_are_told_from_other_weights():
    assert [step_of(name) for name in ("step0", "step1000", "trained", "random")] == [
        0,
        1000,
        None,
        None,
    ]
    assert without_steps(decay())["weights"].unique().tolist() == ["random"]


def test_a_terminal_lists_steps_in_their_order_between_trained_and_random():
    names = ["random", "step1000", "step2", "step10", "trained"]
    found = [name for name, _ in sorted([(name, None) for name in names], key=natural)]
    assert found == ["trained", "step2", "step10", "step1000", "random"]


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


def line(axes, gid: str):
    (found,) = [one for one in axes.lines if one.get_gid() == gid]
    return found


def test_the_figure_shows_each_number_at_its_step():
    curves, exponent, gain, wins, losses = emergence_figure(table(), profiles(), HEADLINE).axes
    assert sorted(one.get_gid() for one in curves.lines) == sorted(f"step{step}" for step in STEPS)
    drawn = line(curves, "step16")
    assert drawn.get_xdata()[-1] == 105
    np.testing.assert_allclose(drawn.get_ydata(), np.arange(1, 106) ** -0.3)
    x = place(np.array(STEPS))
    assert line(exponent, "identified").get_xdata().tolist() == x[HELD].tolist()
    assert line(exponent, "identified").get_ydata().tolist() == [0.8, 0.8]
    assert line(exponent, "unidentified").get_xdata().tolist() == x[[0, 2]].tolist()
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
    figure = emergence_figure(table(), profiles(), HEADLINE)
    shown = "\n".join(one.get_text() for one in figure.findobj(matplotlib.text.Text))
    for part in (
        "small\nfitted: $r$ = 1 … 100; all sources; one step: 100 tokens",
        "poems-held-out",
        "intact · true logit",
        "bigram",
    ):
        assert part in shown


def test_without_a_training_record_there_are_no_baselines():
    figure = emergence_figure(table(trainings={}), profiles(), HEADLINE)
    gids = {one.get_gid() for axes in figure.axes for one in axes.lines}
    assert not gids & {"held_out_loss", "unigram_loss", "bigram_loss"}
    assert figure.get_suptitle().endswith("all sources")


def test_the_figure_is_byte_stable(tmp_path):
    for name in ("one", "two"):
        figure = emergence_figure(table(), profiles(), HEADLINE)
        save(figure, tmp_path / f"{name}.svg", tmp_path / f"{name}.png")
    for kind in ("svg", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
