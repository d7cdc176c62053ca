"""Sections come from the tables that a study has, in their order, and are absent where it has none."""

from studied_page import results, tables

from token_influence.page.sections import sections


def anchors(of) -> list[str]:
    return [section.anchor for section in sections(of)]


def test_without_tables_of_its_own_a_section_is_absent():
    found = ["published", "rivals", "controls", "prompts", "predictions"]
    assert anchors(results()) == found
    few = {name: frame for name, frame in tables().items() if name != "scopes"}
    assert anchors(results(tables=few)) == [name for name in found if name != "prompts"]
