"""Web addresses are shown without what is secret in them."""

import pytest

from token_influence.sources.addresses import file_name, shown


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://me:secret@host/a/b.txt?signature=1#x", "https://host/a/b.txt"),
        ("http://host:80/b.txt", "http://host:80/b.txt"),
    ],
)
def test_login_and_query_are_left_out(address, expected):
    assert shown(address) == expected


def test_the_file_is_named_by_the_end_of_the_first_path():
    assert file_name(["https://host/a/some%20text.txt?x=1", "https://other/b"]) == "some text.txt"
