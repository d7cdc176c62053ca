"""Equal data give equal bytes in every process and under every setting; all sizes hold all words."""

import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from drawn_figures import ARM, HEADLINE, influence, overhang, record
from tiny_study import REPOSITORY

from token_influence.figures.controls import controls_figure
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.individual import individual_figure
from token_influence.figures.objectives import objectives_figure
from token_influence.figures.profile import profile_figure
from token_influence.figures.style import SIZES, fitted, legend_below, save, styled

DRAW = """
import sys
import pandas as pd
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.style import save
save(exponents_figure(pd.read_csv(sys.argv[1]), 0.95), sys.argv[2] + ".svg", sys.argv[2] + ".png")
assert "matplotlib.pyplot" not in sys.modules
"""


def test_bytes_do_not_depend_on_process_or_settings(decay, tmp_path):
    decay.to_csv(tmp_path / "decay.csv", index=False)
    command = [sys.executable, "-c", DRAW, tmp_path / "decay.csv", tmp_path / "there"]
    subprocess.run(command, check=True, cwd=REPOSITORY, env={"PYTHONHASHSEED": "1"})
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "xtick.direction": "in"}):
        save(exponents_figure(decay, 0.95), tmp_path / "here.svg", tmp_path / "here.png")
        assert matplotlib.rcParams["font.size"] == 30
    for end in ("svg", "png"):
        here, there = ((tmp_path / f"{name}.{end}").read_bytes() for name in ("here", "there"))
        assert here == there, end
    assert b"<dc:date>" not in (tmp_path / "here.svg").read_bytes()


LOSS = {"loss": 4.0, "loss_se": 0.1, "accuracy": 0.2}


def test_every_figure_is_saved_twice_alike(profile, tmp_path):
    def draw(folder: Path) -> list[bytes]:
        figures = {
            "profile": profile_figure(profile, record(), HEADLINE, 0.95),
            "individual": individual_figure([influence(0), influence(1)], profile, ARM, 0),
            "objectives": objectives_figure([profile], [record()], HEADLINE, 0.95),
            "controls": controls_figure([profile], [record()], [LOSS], HEADLINE, 0.95),
        }
        for name, figure in figures.items():
            save(figure, folder / f"{name}.svg", folder / f"{name}.png")
        return [path.read_bytes() for path in sorted(folder.iterdir())]

    assert draw(tmp_path / "one") == draw(tmp_path / "two")


LONG = "a-model-with-a-rather-long-name-0.5b"


@pytest.mark.parametrize("name", SIZES)
def test_figures_are_no_wider_than_their_size_and_nothing_is_cut_off(name, profile, decay):
    size = SIZES[name]
    records = [record(model=LONG), record(model=LONG, order="shuffled")]
    for figure in (
        profile_figure(profile, records[0], HEADLINE, 0.95, size),
        controls_figure([profile] * 2, records, [LOSS] * 2, HEADLINE, 0.95, size),
        exponents_figure(decay.assign(model=LONG), 0.95, size),
    ):
        assert figure.get_figwidth() <= size.width
        assert figure.dpi == size.dpi
        assert overhang(figure) < 0.02


def test_words_are_broken_where_they_do_not_fit_and_formulas_are_not():
    words = "one two · three four"
    assert fitted(words, 9.0) == words
    assert fitted(words, 0.1) == "one\ntwo ·\nthree\nfour"
    assert fitted("unbreakable", 0.1) == "unbreakable"
    assert fitted("of $a + b$", 0.1) == "of\n$a + b$"


@styled
def test_a_legend_has_as_many_columns_as_fit():
    figure = SIZES["one_column"].figure(4.5, 3)
    axes = figure.subplots()
    lines = {f"a line of words {k}": axes.plot([0, 1])[0] for k in range(3)}
    legend_below(figure, lines, columns=3)
    (legend,) = figure.legends
    assert legend._ncols == 2
    assert [text.get_text() for text in legend.get_texts()] == list(lines)
