"""Labels of ranges: what they stand for, and what is refused."""

import pytest

from token_influence.errors import DecayError
from token_influence.ranges import parse_range, range_label, span


def test_range_labels():
    assert parse_range("full") is None
    assert parse_range("0..100") == (0, 100)
    assert parse_range(range_label(3, 1_000_000)) == (3, 1_000_000)


@pytest.mark.parametrize(
    "label",
    ["", "1", "1..", "..2", "1-100", "01..100", "-1..5", "1..2..3", "Full", "1.. 2", "١..٢"],
)
def test_other_text_is_no_label(label):
    with pytest.raises(DecayError, match="is not allowed; a range is 'full' or 'LOWEST"):
        parse_range(label)


def test_spans():
    assert span("full", 30) == (1, 30)
    assert span("0..12", 30) == (0, 12)
    with pytest.raises(DecayError, match=r"range 1\.\.31 does not lie within 0\.\.30"):
        span("1..31", 30)
    with pytest.raises(DecayError, match=r"range 12\.\.3 does not lie within"):
        span("12..3", 30)
