"""The figure of the sanity check."""

import pandas as pd
import pytest
from drawn_figures import texts

from token_influence.figures.sanity import sanity_figure
from token_influence.figures.style import VERMILLION
from token_influence.tables.sanity import sanity_table


def table(models: list[str]) -> pd.DataFrame:
    rows = [
        {"method": method, "layers": layers, "passage": passage, "rank_correlation": value}
        for method, values in {"semantic": (0.9, 0.1), "attention_rollout": (0.9, 0.8)}.items()
        for layers, value in zip(("1", "all"), values, strict=True)
        for passage in range(3)
    ]
    named = [pd.DataFrame(rows).assign(model=model, data="poems") for model in models]
    return sanity_table(pd.concat(named))


def test_methods_that_do_not_notice_are_named():
    (axes,) = sanity_figure(table(["tiny"])).axes
    shown = {label.get_text(): label.get_color() for label in axes.get_yticklabels()}
    assert list(shown) == ["attention rollout (does not notice)", "semantic"]
    assert [colour == VERMILLION for colour in shown.values()] == [True, False]
    assert "3 passages" in texts(axes)


def test_each_number_of_layers_has_a_point_for_each_method():
    figure = sanity_figure(table(["tiny", "other"]))
    assert len(figure.axes) == 2
    for axes in figure.axes:
        top, whole = (container.lines[0].get_xdata() for container in axes.containers)
        assert list(top) == pytest.approx([0.9, 0.9])
        assert list(whole) == pytest.approx([0.1, 0.8])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "top layer",
        "all weights",
    ]
