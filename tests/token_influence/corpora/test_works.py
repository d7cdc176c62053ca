"""Works are cut out of a file by their first and last words, which must stand in it once."""

from pathlib import Path

import pytest

from token_influence.corpora.works import Work, check_files, cut, works_in
from token_influence.errors import CorpusError

FILE = Path("sources/novels/books.txt")
TEXT = "A first text. It was the\nbest of times.  The end. It was late. Another text. The end"


def span(first: str, last: str) -> Work:
    return Work("books.txt", "A", "T", first, last)


def test_a_span_goes_from_its_first_words_to_its_last_whatever_the_line_breaks():
    assert cut(TEXT, FILE, "w", span("It was the best", "It was late.")) == (
        "It was the\nbest of times.  The end. It was late."
    )


def test_whole_files_are_not_cut():
    assert cut(TEXT, FILE, "w", Work("books.txt", "A")) == TEXT


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("It was", "It was late.", r"c\.works\[3\]\.first: found 'It was' 2 times in books\.txt"),
        ("It was the", "The end", r"c\.works\[3\]\.last: found 'The end' 2 times"),
        ("Call me", "late.", r"c\.works\[3\]\.first: found 'Call me' 0 times .* stand there once"),
        ("Another", "late.", r"c\.works\[3\]\.last: .* before those of c\.works\[3\]\.first"),
    ],
)
def test_words_that_do_not_mark_one_span_are_refused_with_their_key(first, last, message):
    with pytest.raises(CorpusError, match=message):
        cut(TEXT, FILE, "c.works[3]", span(first, last))


def test_a_pattern_is_for_the_end_of_the_path():
    named = {name: Work(name, "A") for name in ("*.txt", "novels/*.txt", "texts/*.txt", "s.txt")}
    assert list(works_in(FILE, named)) == ["*.txt", "novels/*.txt"]


def test_a_work_in_no_file_is_refused_with_its_key():
    check_files([FILE], {"c.works[0]": Work("books.txt", "A")})
    with pytest.raises(CorpusError, match=r"c\.works\[1\]\.file: found 'plays\.txt'; allowed"):
        check_files([FILE], {"c.works[1]": Work("plays.txt", "A")})
