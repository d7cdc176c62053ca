"""Explained prompts in a terminal, with colour and without."""

import doctest
import re

from explained_prompts import record

from token_influence.scopes import terminal
from token_influence.scopes.terminal import in_terminal


def test_the_examples_run():
    failed, attempted = doctest.testmod(terminal)
    assert (failed, bool(attempted)) == (0, True)


def test_every_token_is_shaded_and_the_darkest_is_the_first():
    shown = in_terminal(record("the sea"), "distance", colour=True)
    tokens = re.findall(r"\x1b\[30;48;2;(\d+);\d+;\d+m(.)\x1b\[0m", shown)
    assert "".join(piece for _, piece in tokens) == "the sea"
    reds = [int(red) for red, _ in tokens]
    assert reds == sorted(reds, reverse=True)
    assert reds[-1] == 77


def test_without_colour_the_first_ten_have_their_rank():
    shown = in_terminal(record("the sea is wide"), "distance", colour=False)
    assert "\x1b" not in shown
    assert "the se" + "a[10] [9]i[8]s[7] [6]w[5]i[4]d[3]e[2]" not in shown
    assert "w[4]i[3]d[2]e[1]" in shown
    assert "Next token" in shown


def test_what_a_terminal_would_obey_is_only_shown():
    for colour in (True, False):
        shown = in_terminal(record("a\x1b]0;x\x07\u202eb"), "semantic", colour)
        assert "\x1b]" not in shown
        assert "\x07" not in shown
        assert "\u202e" not in shown
        assert "␛" in shown
