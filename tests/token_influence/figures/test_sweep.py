"""The sweep of ranges shows each identified exponent where it belongs, and no other."""

import pandas as pd

from token_influence.figures.style import save
from token_influence.figures.sweep import sweep_figure


def row(corpus: str, low: int, high: int, p: float, **changes: object) -> dict[str, object]:
    return {
        "model": "m", "weights": "trained", "corpus": corpus, "order": "intact",
        "objective": "true_logit", "skip_sources": 0, "family": "power_law", "identified": True,
        "distance_min": low, "distance_max": high, "p": p, "p_low": p - 0.1, "p_high": p + 0.1,
    } | changes  # fmt: skip


SWEEP = pd.DataFrame(
    [
        row("a", 1, 50, 0.8),
        row("a", 1, 120, 0.9),
        row("a", 4, 50, 1.1),
        row("a", 4, 120, 1.2, identified=False),
        row("a", 1, 50, 3.0, skip_sources=4),
        row("a", 1, 50, 4.0, family="truncated_power_law"),
        row("b", 1, 50, 0.8, identified=False),
        row("b", 1, 130, 5.0),  # at its bound
    ]
)


def test_identified_exponents_stand_by_lower_and_upper_limit():
    figure = sweep_figure(SWEEP, 0, 0.95)
    first, second, unused = figure.axes
    drawn = {line.get_gid(): line.get_xydata().round(6).tolist() for line in first.lines}
    assert [y for _, y in drawn["50"]] == [0.8, 1.1]
    assert [round(x) for x, _ in drawn["50"]] == [0, 1]
    assert [y for _, y in drawn["full"]] == [0.9]
    assert [label.get_text() for label in first.get_xticklabels()] == ["1", "4"]
    segments = [path.vertices[:, 1].round(6).tolist() for path in first.collections[0].get_paths()]
    assert segments == [[0.7, 0.9], [1.0, 1.2]]
    assert [text.get_text() for text in second.texts] == ["no exponent identified"]
    assert not unused.axison


def test_fits_without_an_exponent_stand_in_a_row_of_their_own_below_0():
    figure = sweep_figure(SWEEP, 0, 0.9)
    first, second, _ = figure.axes
    shown = [
        [
            line.get_xydata().tolist()
            for line in axes.lines
            if line.get_gid() == "unidentified" and len(line.get_xdata())
        ]
        for axes in (first, second)
    ]
    assert [[round(x) for ((x, _),) in crosses] for crosses in shown] == [[1], [0, 0]]
    assert all(y < 0 for crosses in shown for ((_, y),) in crosses)
    assert first.get_yticklabels()[0].get_text() == "none"
    assert (
        "lines: 90 % intervals over windows or documents"
        in figure.legends[0].get_title().get_text()
    )


def test_the_figure_is_byte_stable(tmp_path):
    for name in ("one", "two"):
        save(sweep_figure(SWEEP, 0, 0.95), tmp_path / f"{name}.svg", tmp_path / f"{name}.png")
    for kind in ("svg", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_panels_name_their_model_where_there_are_several():
    (title,) = sweep_figure(SWEEP[:1], 0, 0.95).texts
    assert title.get_text() == "m"
    both = pd.concat([SWEEP, SWEEP.assign(model="n")])
    figure = sweep_figure(both, 0, 0.95)
    assert not figure.texts
    titles = [axes.get_title("left").splitlines()[0] for axes in figure.axes if axes.axison]
    assert titles == ["m", "m", "n", "n"]
