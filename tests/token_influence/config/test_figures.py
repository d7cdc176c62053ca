"""The sizes that a study can ask for are those that figures can be drawn at."""

from raw_studies import DEFAULT, assert_refused, change

from token_influence.config import load_study
from token_influence.figures.style import SIZES


def test_every_size_is_allowed_and_no_other():
    for size in SIZES:
        assert load_study(change("figures", {"size": size})).figures.size == size
    assert_refused(
        change("figures", {"size": "poster"}),
        ["figures.size: found 'poster'; allowed", *(f"'{size}'" for size in SIZES)],
    )


def test_without_a_word_figures_are_as_wide_as_two_columns():
    raw = {key: value for key, value in DEFAULT.items() if key != "figures"}
    assert load_study(raw).figures.size == "two_columns"
