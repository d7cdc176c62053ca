"""Where models and texts come from, in the words of a table, for every kind of source."""

from token_influence.page.origins import code_table, sources_table


def test_each_kind_of_source_names_its_place_and_what_pins_it():
    licence = {"licence": "free"}
    table = sources_table(
        {
            "a": {"package": {"name": "p", "version": "1", "file": "p.whl", "sha256": "ab"}}
            | licence,
            "b": {"join": {"file": "m.gguf", "sha256": "cd", "parts": [{}, {}]}} | licence,
            "c": {"hub": {"repo": "o/n", "revision": "ef"}} | licence,
            "d": {"url": {"mirrors": ["https://x.org/f"], "sha256": "01"}} | licence,
            "e": {"local": "texts/own.txt"} | licence,
        }
    )
    assert [row[1:3] for row in table.rows] == [
        ["p 1: p.whl", "ab"],
        ["m.gguf, in 2 packages", "cd"],
        ["o/n (Hugging Face hub)", "ef"],
        ["https://x.org/f", "01"],
        ["texts/own.txt", "own file"],
    ]
    assert [row[3] for row in table.rows] == ["free"] * 5


def test_the_libraries_of_a_stage_stand_in_one_cell():
    table = code_table({"fits": {"code": "12", "versions": {"numpy": "2.4", "scipy": "1.17"}}})
    assert table.rows == [["fits", "12", "numpy 2.4, scipy 1.17"]]
