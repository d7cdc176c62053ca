"""The page of a study: one text with everything in it, the same for the same results."""

import base64
import hashlib
import json
import re

import pytest
from studied_page import HOSTILE, results

from token_influence.page.files import study_templates
from token_influence.page.study import study_page

PLOTTING = "const Plotly = {};"


@pytest.fixture(scope="module")
def shown() -> str:
    return study_page(study_templates(), PLOTTING, results())


def test_equal_results_give_equal_bytes(shown):
    assert study_page(study_templates(), PLOTTING, results()) == shown


def test_the_first_screen_has_the_answer_and_the_verdicts(shown):
    first = shown.partition("<nav")[0]
    assert "Influence is shown to fall with distance in 1 of 1 profiles" in first
    assert first.count('class="verdict" data-verdict="reproduced"') == 8
    assert "trained · poems · intact · true logit" in first
    assert 'src="figures/profile/tiny/trained/poems/intact/true_logit.svg"' in first


def test_words_of_the_study_are_text(shown):
    page = re.sub(r"<script>.*?</script>", "", shown, flags=re.DOTALL)
    assert "<img src=x" not in page
    assert "<script>a()" not in page
    assert page.count(HOSTILE.replace("&", "&amp;").replace("<", "&lt;").split(">")[0]) >= 4


def test_the_policy_allows_the_pages_own_script_and_files_beside_it(shown):
    script = re.findall(r"<script>(.*?)</script>", shown, re.DOTALL)[-1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39; &#39;self&#39;" in shown
    assert "default-src &#39;none&#39;" in shown
    assert script.startswith(PLOTTING)


def test_what_the_explorer_reads_ends_no_script(shown):
    (data,) = re.findall(r'id="explorer-data">(.*?)</script>', shown)
    assert len(json.loads(data)["arms"]) == 3
    assert "<" not in data


def test_what_changes_from_run_to_run_is_not_in_the_page(shown):
    assert '<script src="run.js"></script>' in shown
    assert "commit</dt>" not in shown
