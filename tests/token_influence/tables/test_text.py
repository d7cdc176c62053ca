"""Numbers and columns as text for a terminal."""

from token_influence.tables.text import aligned, digits


def test_columns_are_as_wide_as_their_widest_cell():
    assert aligned([["a", "bb", "c"], ["aaa", "b", ""]]) == ["a    bb  c", "aaa  b"]


def test_numbers_have_fixed_decimals_and_no_negative_zero():
    assert [digits(value, 2) for value in (0.987, -0.001, None)] == ["0.99", "0.00", "—"]
