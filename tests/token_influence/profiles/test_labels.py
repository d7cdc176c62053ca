"""Which sources a profile includes, in words."""

from token_influence.profiles.labels import sources_in_words


def test_sources_left_out_are_told_with_their_number():
    assert sources_in_words(0) == "all sources"
    assert sources_in_words(4) == "without the first 4 positions as sources"
