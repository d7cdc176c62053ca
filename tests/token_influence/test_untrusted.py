"""The gate through which files from elsewhere are read."""

import errno

import pytest

from token_influence.errors import ModelError, SourceError
from token_influence.untrusted import LONGEST_REASON, reading


class Panic(BaseException):
    """As compiled parsers raise it: no Exception."""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ZeroDivisionError("division by zero"), "division by zero"),
        (KeyError("weight_map"), "KeyError 'weight_map'"),
        (RuntimeError("first line:\nsecond line"), "first line"),
        (RecursionError("maximum depth"), "it is nested too deeply"),
        (MemoryError(), "it needs more memory than there is"),
        (OSError(errno.EINVAL, "Invalid argument"), "Invalid argument"),
        (OSError("Invalid data stream"), "Invalid data stream"),
        (Panic("called `unwrap()`"), "called `unwrap()`"),
        (AssertionError(), "AssertionError"),
    ],
)
def test_whatever_a_library_raises_becomes_one_sentence(fault: BaseException, words: str) -> None:
    with pytest.raises(ModelError) as found, reading("The file a.gguf", ModelError):
        raise fault
    assert str(found.value) == f"The file a.gguf cannot be read: {words}."
    assert found.value.__cause__ is fault


def test_long_words_of_a_library_are_cut() -> None:
    with pytest.raises(ModelError) as found, reading("It", ModelError):
        raise ValueError("x" * 10_000)
    assert len(str(found.value)) < LONGEST_REASON + 50


@pytest.mark.parametrize(
    "fault", [SourceError("its own words"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")]
)
def test_errors_that_are_not_the_file_s_pass_as_they_are(fault: BaseException) -> None:
    with pytest.raises(type(fault)) as found, reading("The file", ModelError):
        raise fault
    assert found.value is fault
