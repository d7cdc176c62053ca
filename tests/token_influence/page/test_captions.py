"""The page's captions are those of Snakemake's report, with every word of the study as text."""

import copy

import pytest
from studied_page import HOSTILE, STUDY
from tiny_study import REPOSITORY

from token_influence.page.captions import caption

PROFILE = "profile/tiny/trained/poems/intact/true_logit"
RESPONSE = {"response": {"classes": {"tail": 100}}}


@pytest.mark.parametrize(
    "figure",
    [
        *(PROFILE, PROFILE.replace("profile", "source_classes"), "controls/tiny/poems"),
        *("sweep", "exponents", "sensitivity", "joint", "mixtures", "emergence/tiny"),
        *("response/linearity", "response/interventions", "faithfulness", "series/tiny/lorenz"),
    ],
)
def test_the_captions_of_the_report_are_read(figure: str):
    kind = figure.replace("/", "_") if "response" in figure else figure.split("/")[0]
    template = (REPOSITORY / f"report/{kind}.rst").read_text()
    found = caption(template, figure, STUDY | RESPONSE, ["intact"])
    assert found.startswith("<p>")
    assert "system-message" not in found
    assert "{" not in found


def test_numbers_come_from_the_configuration():
    study = copy.deepcopy(STUDY)
    study["decay"]["bootstrap"].update(resamples=4321, interval=0.9)
    template = (REPOSITORY / "report/profile.rst").read_text()
    words = caption(template, PROFILE, study, ["intact"]).striptags()
    for part in ("4321 resamples", "90 % intervals", "12 windows of 48 tokens", "r = 1..30"):
        assert part in words


def test_only_the_orders_that_a_figure_shows_are_described():
    template = (REPOSITORY / "report/controls.rst").read_text()
    found = caption(template, "controls/tiny/poems", STUDY, ["intact", "shuffled"])
    assert "random permutation" in found
    assert "reversed" not in found


def test_names_are_text_and_directives_do_nothing():
    template = (
        "A {{ snakemake.config.models.tiny.description }} b\n\n.. raw:: html\n\n   <b>c</b>\n"
    )
    found = caption(template, "sweep", STUDY, [])
    assert "<img" not in found
    assert "<script" not in found
    assert "<b>" not in found
    assert HOSTILE.partition(">")[0].replace("<", "&lt;") in found
