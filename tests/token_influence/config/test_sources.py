"""Sources: exactly one kind, with the keys that it needs."""

import pytest
from raw_studies import DEFAULT, assert_refused, change

from token_influence.config import load_study


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        ("sources/smollm2/local", "x", ["sources.smollm2: exactly one of"]),
        # sources
        (
            "sources/botchan",
            {"licence": "own", "hub": {"repo": "a/b", "revision": "main", "type": "dataset"}},
            ["sources.botchan.hub: a dataset needs the key files"],
        ),
        (
            "sources/botchan",
            {"licence": "own", "hub": {"repo": "a/b/c", "revision": "main"}},
            ["sources.botchan.hub.repo: found 'a/b/c'"],
        ),
        *(
            (
                "sources/botchan",
                {"licence": "own", "hub": {"repo": "a/b", "revision": "main"} | keys},
                [f"sources.botchan.hub: {finding}"],
            )
            for keys, finding in [
                ({"members": ["*.txt"]}, "the key members goes with type: dataset"),
                ({"unpacked_mb": 5}, "the key unpacked_mb goes with members"),
            ]
        ),
        *(
            (
                "sources/botchan",
                {"licence": "own", "url": {"mirrors": [address], "sha256": "0" * 64}},
                ["sources.botchan.url.mirrors[0]: the address", finding],
            )
            for address, finding in [
                ("file:///etc/passwd", "must begin with https:// or http://"),
                ("https:///nowhere.txt", "name a host"),
                ("https://me:s3cret@host/a.txt", "holds a login, which"),
                ("https://host/folder/", "must end in the name of a file"),
            ]
        ),
    ],
)
def test_a_source_that_cannot_be_fetched_is_refused(path, value, parts):
    assert_refused(change(path, value), parts)


def test_a_table_tells_where_a_source_comes_from():
    package = DEFAULT["sources"]["botchan"]["package"]
    kinds = {
        "package": (package, "sentencepiece 0.2.3"),
        "join": ({"file": "a", "sha256": "0" * 64, "parts": [package]}, "sentencepiece 0.2.3"),
        "hub": ({"repo": "a/b", "revision": "main"}, "a/b main"),
        "url": (
            {"mirrors": ["https://host/a.txt?key=x"], "sha256": "0" * 64},
            "https://host/a.txt",
        ),
        "local": ("texts", "texts"),
    }
    for kind, (pins, words) in kinds.items():
        raw = change("sources/own", {"licence": "own", kind: pins})
        assert load_study(raw).sources["own"].origin == words
