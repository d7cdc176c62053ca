"""The figure of joint regions shows the region of every identified power law in its panel."""

from drawn_figures import HEADLINE, fit, record, texts, unidentified

from token_influence.figures.joint import joint_figure

JOINT = {"centre": [0.91, 0.02], "level": 0.95, "polygon": [[0.8, 0.0], [1.0, 0.02], [0.9, 0.03]]}


def regions(axes) -> list:
    return [line.get_xydata().tolist() for line in axes.lines if line.get_gid() == "region"]


def test_regions_stand_in_the_panel_of_their_corpus():
    fits = [fit("power_law", joint=JOINT), fit("exponential")]
    records = [
        record(fits),
        record(fits, order="shuffled"),
        record(fits, corpus="prose"),
        record([unidentified("power_law", joint=JOINT)], weights="random"),
        record([fit("power_law", joint=None)], objective="fisher"),
    ]
    first, second = joint_figure(records, HEADLINE, 0.95).axes
    closed = [*JOINT["polygon"], JOINT["polygon"][0]]
    assert regions(first) == [closed, closed]
    assert regions(second) == [closed]
    centres = [line for line in first.lines if line.get_gid() == "centre"]
    assert [(*line.get_xdata(), *line.get_ydata()) for line in centres] == [(0.91, 0.02)] * 2
    assert len({line.get_color() for line in centres}) == 2
    assert [axes.get_title("left") for axes in (first, second)] == ["poems", "prose"]
    shown = texts(first.figure)
    assert "trained · shuffled · true logit" in shown
    assert "random" not in shown
    assert first.get_ylim()[0] == second.get_ylim()[0] == 0


def test_panels_name_their_model_where_there_are_several():
    fits = [fit("power_law", joint=JOINT)]
    figure = joint_figure([record(fits), record(fits, model="other")], HEADLINE, 0.95)
    assert [axes.get_title("left") for axes in figure.axes] == ["tiny_1\npoems", "other\npoems"]
