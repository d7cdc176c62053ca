"""Corpora: where a text comes from, in exactly one way."""

import pytest
from raw_studies import assert_refused, change, small


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        # one text for several corpora
        (
            "corpora/gutenberg",
            {"text_of": "wikipedia", "documents": 3},
            ["corpora.gutenberg: found documents beside text_of", "only windows"],
        ),
        (
            "corpora/gutenberg",
            {"reader": "gutenberg"},
            ["corpora.gutenberg: exactly one of the keys sources, local, text_of"],
        ),
        ("corpora/gutenberg/documents", 0, ["corpora.gutenberg.documents: found 0"]),
        (
            "corpora/gutenberg/works",
            [{"file": "a.txt", "author": "A", "first": "It was"}],
            ["corpora.gutenberg.works[0]: the keys title, first and last go together"],
        ),
        (
            "corpora/wikipedia/works",
            [{"file": "a.txt", "author": "A"}],
            ["corpora.wikipedia: the key works goes with the reader gutenberg"],
        ),
    ],
)
def test_a_corpus_has_one_text_with_the_keys_that_belong_to_it(path, value, parts):
    assert_refused(change(path, value), parts)


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        ("corpora/gutenberg-held-out/reader", "text", ["found reader beside held_out"]),
        ("corpora/gutenberg-held-out/local", "x", ["found local beside held_out"]),
    ],
)
def test_a_held_out_corpus_is_read_like_the_whole_one(path, value, parts):
    assert_refused(small(path, value), parts)


@pytest.mark.parametrize("share", [0, 1.5])
def test_an_authors_share_is_above_0_and_at_most_1(share):
    path = "corpora/gutenberg/windows"
    found = [f"corpora.gutenberg.windows.share_per_author: found {share}"]
    assert_refused(change(path, {"share_per_author": share}), found)
