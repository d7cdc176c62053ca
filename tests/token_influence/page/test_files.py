"""The templates that commands find are those that rules read."""

from tiny_study import REPOSITORY

from token_influence.page.files import study_templates, templates


def test_all_templates_are_found():
    folder = REPOSITORY / "token_influence/page/templates"
    assert templates() == {file.name: file.read_text() for file in folder.iterdir()}
    assert {"base.html", "page.css", "scope.js"} <= templates().keys()


def test_a_studys_page_has_templates_of_its_own_beside_those():
    own = study_templates().keys() - templates().keys()
    folder = REPOSITORY / "token_influence/page/study_templates"
    assert own == {file.name for file in folder.iterdir()}
