"""Figures are chosen by their kind, and captioned by the templates of that kind."""

from studied_page import results

from token_influence.page.results import words


def test_figures_of_a_kind_have_their_captions():
    figures = {name: f"figures/{name}.svg" for name in ("response/linearity", "faithfulness")}
    captions = {"response_linearity": "One.", "faithfulness": "Two."}
    of = results(figures=figures, captions=captions)
    (linearity,) = of.of("response_linearity")
    assert linearity.source == "figures/response/linearity.svg"
    assert linearity.alternative == "response · linearity"
    assert "One." in linearity.caption
    assert len(of.of("faithfulness", "response_linearity")) == 2
    assert of.of("spectrum") == []


def test_names_are_told_in_words():
    assert words("power_law_no_offset") == "power law no offset"
