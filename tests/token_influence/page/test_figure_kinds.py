"""Which figures the page of a study shows, and which caption each of them has."""

from tiny_study import REPOSITORY

from token_influence.page.figure_kinds import kind_of, of_page


def test_a_kind_is_the_name_of_a_caption():
    names = [
        "profile/m/trained/c/intact/true_logit",
        "response/linearity",
        "series/m/lorenz",
        "sweep",
    ]
    kinds = [kind_of(name) for name in names]
    assert kinds == ["profile", "response_linearity", "series", "sweep"]
    assert all((REPOSITORY / f"report/{kind}.rst").is_file() for kind in kinds)


def test_what_the_explorer_shows_is_not_shown_again():
    figures = ["profile/a", "profile/b", "individual/a", "objectives/a", "controls/m/c", "joint"]
    assert of_page(figures) == ["profile/a", "controls/m/c", "joint"]
