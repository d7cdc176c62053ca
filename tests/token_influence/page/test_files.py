"""The templates that commands find are those that rules read."""

from tiny_study import REPOSITORY

from token_influence.page.files import templates


def test_all_templates_are_found():
    folder = REPOSITORY / "token_influence/page/templates"
    assert templates() == {file.name: file.read_text() for file in folder.iterdir()}
    assert {"base.html", "page.css", "scope.js"} <= templates().keys()
