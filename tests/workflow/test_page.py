"""The page of a study in the workflow: a folder that is complete, and made from what the study has."""

import re

from tiny_study import Clone

REPORT = "results/report"


def test_the_page_lies_with_its_figures_and_the_record_of_the_run(finished_study: Clone):
    folder = finished_study.folder / REPORT
    page = (folder / "index.html").read_text()
    figures = re.findall(r'<img src="([^"]+)"', page)
    assert "figures/profile/tiny/trained/first/intact/true_logit.svg" in figures
    for figure in figures:
        original = finished_study.folder / "results" / figure
        assert (folder / figure).read_bytes() == original.read_bytes()
    record = (folder / "run.js").read_text()
    assert '"rule": "measure_influence", "jobs": 4' in record
    assert '"seconds"' in record


def test_sections_that_the_study_switched_off_are_absent(finished_study: Clone):
    page = (finished_study.folder / REPORT / "index.html").read_text()
    present = re.findall(r'<section id="(\w+)"', page)
    assert "controls" in present
    assert not {"response", "faithfulness", "series", "prompts", "emergence"} & set(present)


def test_the_page_is_made_again_where_what_it_shows_changed(study: Clone):
    study.configure(headline__range="full")
    planned = study.plan("page")
    assert planned["build_page"] == 1
    assert planned["measure_influence"] == 0
