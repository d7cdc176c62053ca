"""`make pages`: blocks of pages from templates and the numbers of studies."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from own_tools import load
from tiny_study import REPOSITORY

from token_influence.files import read_json, write_json

TOOL = REPOSITORY / "tools/pages.py"
BEGIN, END = "<!-- from docs/blocks/loss.md study=tiny -->", "<!-- end -->"
PAGE = f"# Title\n\n{BEGIN}\nold\n{END}\n\nText.\n"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    return load("pages")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one template, one study and two pages."""
    (tmp_path / "docs/blocks").mkdir(parents=True)
    (tmp_path / "docs/blocks/loss.md").write_text("The loss\nis {{ study | loss }}.\n")
    write_json({"loss": 4.184, "loss_se": 0.3264}, tmp_path / "docs/data/tiny.json")
    (tmp_path / "README.md").write_text(PAGE)
    (tmp_path / "docs/other.md").write_text("No block.\n")
    return tmp_path


def make_pages(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_block_gets_its_numbers_and_the_rest_of_the_page_stays(root):
    assert make_pages(root).stdout.startswith("README.md has new numbers")
    text = f"# Title\n\n{BEGIN}\n\nThe loss is 4.18 ± 0.33.\n\n{END}\n\nText.\n"
    assert (root / "README.md").read_text() == text
    assert make_pages(root).stdout == ""
    write_json({"loss": 4.3, "loss_se": 0.3}, root / "docs/data/tiny.json")
    make_pages(root)
    assert "4.30 ± 0.30" in (root / "README.md").read_text()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (
            "docs/data/tiny.json",
            "docs/data/tiny.json is not there; `make record STUDY=tiny` writes",
        ),
        ("docs/blocks/loss.md", "docs/blocks/loss.md is not there, but a page has a block"),
    ],
)
def test_a_block_without_data_or_template_is_refused_in_one_sentence(root, missing, sentence):
    (root / missing).unlink()
    done = make_pages(root)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert (root / "README.md").read_text() == PAGE


def test_paragraphs_and_items_wrap_and_tables_stay(pages):
    long = "word " * 30
    text = pages.wrapped(f"{long}\n{long}\n\n- {long}\n- {long}\n\n| {long} |\n|---|\n")
    paragraph, items, table = text.split("\n\n")
    assert max(map(len, paragraph.splitlines())) <= 100
    assert [line[:2] for line in items.splitlines()] == ["- ", "  ", "- ", "  "]
    assert len(table.splitlines()) == 2


def test_filters_print_numbers_as_the_tables_do(pages):
    row = {"p": -0.19, "p_low": -0.378, "p_high": -0.0017, "loss": 10.9, "loss_se": 0.0404}
    assert pages.interval(row, "p", 2) == "−0.19 [−0.38, 0.00]"
    assert pages.loss(row) == "10.9 ± 0.04"
    assert pages.listed(["a", "b", "c"]) == "a, b and c"
    assert pages.day("2026-11-02T18:25:53+00:00") == "2 November 2026"


@pytest.fixture
def study() -> dict:
    return read_json(REPOSITORY / "docs/data/default.json")


def test_the_sign_of_a_change_is_told_only_where_the_printed_interval_excludes_0(pages, study):
    names = {"corpus": "gutenberg", "model": "m", "objective": "true_logit"}
    gamma = {"gamma": 0.05, "gamma_low": 0.04, "gamma_high": 0.06}
    study["differences"] = [names | gamma | {"p": -0.19, "p_low": -0.38, "p_high": -0.0017}]
    told = pages.filled("shuffling.md", study, REPOSITORY)
    assert "*p* is not clearly changed, 0.19 [0.00, 0.38]" in told
    assert "*γ* falls, −0.050 [−0.060, −0.040]" in told
    study["differences"][0]["p_high"] = -0.01
    assert "*p* rises, 0.19 [0.01, 0.38]" in pages.filled("shuffling.md", study, REPOSITORY)


def test_families_as_good_as_the_power_law_are_named_from_their_errors(pages, study):
    for row in study["profiles"]:
        for rival in row["rivals"].values():
            rival["behind"] = 1.01
    assert "Gutenberg, intact: no other family." in pages.filled("rivals.md", study, REPOSITORY)
    for row in study["profiles"]:
        row["rivals"]["stretched_exponential"]["behind"] = 0.99
    told = pages.filled("rivals.md", study, REPOSITORY)
    assert "Gutenberg, intact: `stretched_exponential`." in told


def test_verdicts_and_their_reasons_are_the_words_of_the_table(pages, study):
    for row in study["verdicts"]:
        row |= {"verdict": "not reproduced", "why": "it is so"}
    for template in ("verdicts.md", "readme-caption.md"):
        told = pages.filled(template, study, REPOSITORY)
        assert "not reproduced" in told
        assert "undecided" not in told
    assert "it is so" in pages.filled("verdicts.md", study, REPOSITORY)


def test_a_training_is_told_by_its_checkpoints(pages):
    losses = {"held_out_loss": 4.5, "unigram_loss": 6.2, "bigram_loss": 4.6, "tokens_seen": 2048}
    losses |= {"win_share_power_law": 0.25}
    fit = {"identified": True, "p": 0.9, "p_low": 0.8, "p_high": 1.0, "least_error": "power_law"}
    rising = {"identified": False, "direction": "rises", "least_error": "constant"}
    steps = [0, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096]
    rows = [
        {"step": step, "corpus": corpus} | losses | (fit if step > 128 else rising)
        for corpus in ("b", "a")
        for step in steps
    ]
    told = pages.filled("emergence.md", {"emergence": rows}, REPOSITORY).splitlines()
    assert told[2].startswith("| 0 | 2,048 | none: the profile rises | none")
    assert told[4].startswith("| 192 | 2,048 | 0.90 [0.80, 1.00] |")
    assert told[-1] == "| *bigram* | | | | | | | | 4.60 | 4.60 |"


def test_series_have_a_row_for_each_method_and_an_interval_if_there_are_several(pages):
    both = {"model": "m", "system": "lorenz", "n": 20}
    ends = {"low": 0.1, "high": 0.3}
    study = {
        "series": [
            both | ends | {"method": "fisher", "measure": "recency", "value": 0.2},
            both | {"method": "fisher", "measure": "similarity", "value": -0.4},
            both | ends | {"measure": "mass", "value": 0.2},
        ]
    }
    told = pages.filled("series.md", study, REPOSITORY)
    assert "| lorenz | `fisher` | 0.20 [0.10, 0.30] | −0.40 | – | – | 20 |" in told
    assert "| lorenz | 0.20 [0.10, 0.30] | – | – | – | – | 20 |" in told
    assert "no number series" in pages.filled("series.md", {}, REPOSITORY)


def test_distance_is_compared_with_every_other_method_from_its_own_side(pages):
    benchmark = {"model": "m", "data": "d", "conventions": "as_in_paper"}
    value = benchmark | {"measure": "aopc", "standard_error": 0.1, "n": 32}
    apart = benchmark | {"difference": 0.4, "low": 0.1, "high": 0.7, "p_holm": 0.0002, "n": 32}
    apart |= {"measure": "aopc"}
    study = {
        "faithfulness": [
            value | {"method": name, "value": at}
            for name, at in (("a", -1.0), ("distance-p=1.0", -1.4))
        ],
        "faithfulness_pairs": [
            apart | {"method": "a", "other": "distance-p=1.0"},
            apart | {"method": "distance-p=1.0", "other": "b", "p_holm": 0.0431},
            apart | {"method": "a", "other": "b"},
            apart | {"method": "a", "other": "distance-p=1.0", "measure": "sufficiency"},
        ],
    }
    told = pages.filled("faithfulness.md", study, REPOSITORY)
    assert told.index("| `distance-p=1.0` | −1.40 ± 0.10 | 32 |") < told.index("| `a` | −1.00")
    assert "- `a`: −0.40 [−0.70, −0.10], p < 0.001." in told
    assert told.endswith("- `b`: 0.40 [0.10, 0.70], p = 0.043.")


RIVALS = ["semantic", "temperature", "fisher", "input_x_gradient", "integrated_gradients-steps=5"]


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({}, "**distance wins (lower with p below 0.05 in 5 of 5 comparisons, higher in 0)**"),
        ({"p_holm": 0.06}, "**undecided (lower with p below 0.05 in 4 of 5"),
        ({"difference": 0.4}, "**distance does not win (lower with p below 0.05 in 4 of 5"),
        ({"difference": 0.4, "p_holm": 0.06}, "**undecided"),
    ],
)
def test_distance_wins_only_if_it_is_clearly_better_than_each_method(pages, changed, answer):
    pair = {"model": "smollm2", "conventions": "as_in_paper", "measure": "aopc", "p_holm": 0.01}
    pair |= {"method": "distance-p=1.0", "difference": -0.4}
    pairs = [pair | {"other": name} for name in RIVALS]
    pairs[2] |= changed
    # From the other side the sign turns; other pairs and measures have no say.
    pairs[0] |= {"method": RIVALS[0], "other": "distance-p=1.0", "difference": 0.4}
    pairs += [pair | {"other": "attention_rollout", "difference": 0.4}]
    pairs += [pair | {"other": "fisher", "measure": "sufficiency", "difference": 0.4}]
    study = {"faithfulness": [], "faithfulness_pairs": pairs}
    assert answer in " ".join(pages.filled("faithfulness-answer.md", study, REPOSITORY).split())


def test_methods_that_see_more_than_nearness_are_corrected_for_their_number(pages):
    scores = dict(zip(RIVALS, (-2.3, -2.6, -9.0, -2.55, -1.0), strict=True))
    row = {"measure": "matched_all", "standard_error": 0.1}
    judged = [row | {"method": name, "value": 0.1 * z} for name, z in scores.items()]
    judged += [row | {"method": "attention_rollout", "value": -9.0}]
    study = {"faithfulness": judged, "faithfulness_pairs": []}
    told = " ".join(pages.filled("faithfulness-answer.md", study, REPOSITORY).split())
    assert "comparison: **not measured" in told
    # Two-sided limits: 2.576, 2.498, 2.394 and 2.241 in this order; the fifth fails.
    assert told.endswith("row `all`): `fisher`, `temperature`, `input_x_gradient` and `semantic`.")
    judged[3]["value"] = -0.23  # which now fails at the third step
    told = pages.filled("faithfulness-answer.md", study, REPOSITORY)
    assert told.endswith("row `all`): `fisher` and `temperature`.")
