"""Explained prompts as figures."""

import doctest

from explained_prompts import record

from token_influence.figures import scope
from token_influence.figures.scope import COLUMNS, lines, scope_figure
from token_influence.figures.style import save
from token_influence.scopes.asked import Asked


def test_the_examples_run():
    failed, attempted = doctest.testmod(scope)
    assert (failed, bool(attempted)) == (0, True)


def test_no_token_goes_beyond_the_line_and_each_stands_after_the_other():
    pieces = [" word", "s"] * 60 + ["x" * 50, "y" * 50]
    places = lines(pieces)
    assert places == sorted(places)
    for piece, (_, column) in zip(pieces, places, strict=True):
        assert column + len(piece) <= COLUMNS


def test_several_targets_at_one_position_are_texts(tmp_path):
    figure = scope_figure(record("the $sea$ is", Asked(token="x"), Asked(token="y")))
    first, second = figure.axes
    assert first.get_title(loc="left") == "Explained: x"
    assert second.get_title(loc="left") == "Explained: y"
    save(figure, tmp_path / "a.svg", tmp_path / "a.png")
    save(scope_figure(record("the $sea$ is")), tmp_path / "b.svg", tmp_path / "b.png")


def test_several_positions_are_a_map_without_later_tokens():
    found = record("the sea is", Asked(before="sea"), Asked())
    (axes,) = scope_figure(found).axes
    (mesh,) = axes.collections
    values = mesh.get_array()
    assert values.shape == (2, 10)
    assert values.mask.sum(axis=1).tolist() == [4, 0]
    assert values[0, :6].tolist() == found["explanations"][0]["shades"]["linear"]["semantic"]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "sea",
        "the model's own next token",
    ]
