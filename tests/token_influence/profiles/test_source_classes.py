"""The classes of source tokens, on hand-made texts."""

import numpy as np
import pandas as pd
import pytest

from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.profiles.source_classes import (
    CLASSES,
    ITSELF,
    REST,
    source_classes,
    token_kinds,
)

TEXTS = [
    "Call",
    " me",
    " Ish",
    "mael",
    ".",
    "\n\n",
    " the",
    ",",
    " ”",
    " ",
    "�",
    " sea",
    "!”\n",
    "3",
]
COUNTS = [1, 20, 1, 1, 30, 5, 40, 25, 2, 9, 3, 12, 1, 5]
UNIGRAM = pd.DataFrame({"token_id": range(10, 24), "count": COUNTS, "text": TEXTS})


def texts(kinds: dict, name: str) -> list[str]:
    return UNIGRAM.set_index("token_id").loc[kinds[name], "text"].tolist()


def test_breaks_are_line_breaks_and_ends_of_sentences_other_signs_are_punctuation():
    kinds = token_kinds(UNIGRAM)
    assert texts(kinds, "break") == [".", "\n\n", "!”\n"]
    assert texts(kinds, "punctuation") == [",", " ”"]


def test_frequent_and_rare_words_are_quarters_of_the_running_words():
    """80 running words: up to 8 of them are of five words (at 0–10 %), 12 of one, 20, and 40."""
    kinds = token_kinds(UNIGRAM)
    assert texts(kinds, "frequent") == []  # the middle of " the" is at 75 %, no more
    assert texts(kinds, "rare") == ["Call", " Ish", "mael", " sea", "3"]
    more = UNIGRAM.assign(count=UNIGRAM["count"].where(UNIGRAM["text"] != " the", 39))
    assert texts(token_kinds(more), "frequent") == [" the"]


def test_words_with_the_same_count_are_in_the_same_class():
    same = pd.DataFrame({"token_id": range(8), "count": 3, "text": list("abcdefgh")})
    kinds = token_kinds(same)
    assert [len(kinds[name]) for name in ("frequent", "rare")] == [0, 0]
    shuffled = UNIGRAM.sample(frac=1, random_state=0)
    for name, ids in token_kinds(UNIGRAM).items():
        assert set(token_kinds(shuffled)[name]) == set(ids)


def classified(tokens: list[int], *positions: int) -> dict[str, np.ndarray]:
    width = max(positions) + 1
    values = [[1.0 if r <= i else np.nan for r in range(width)] for i in positions]
    profiles = NormalisedProfiles(
        np.array(values), np.full(len(positions), 7), np.array(positions), seed=0
    )
    windows = pd.DataFrame({"window": [3, 7], "token_ids": [[99] * len(tokens), tokens]})
    return source_classes(profiles, windows, token_kinds(UNIGRAM))


def sources(classes: dict, name: str, position: int, row: int = 0) -> list[int]:
    return sorted(position - int(r) for r in np.flatnonzero(classes[name][row]))


# Call me Ish mael . me Call , the sea me → sea
TOKENS = [10, 11, 12, 13, 14, 11, 10, 17, 16, 21, 11, 21]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first", [0]),
        ("first_4", [0, 1, 2, 3]),
        ("break", [4]),
        ("punctuation", [7]),
        ("rare", [0, 2, 3, 6, 9]),
        ("frequent", []),
        ("repeats_target", [9]),  # " sea" follows
        ("repeats_predicting", [1, 5]),  # " me", but not the predicting position itself
        (REST, [8]),  # " the"
        (ITSELF, [10]),
    ],
)
def test_the_sources_of_each_class(name, expected):
    assert sources(classified(TOKENS, 10), name, 10) == expected


def test_every_source_is_in_a_class_and_the_last_two_share_none():
    classes = classified(TOKENS, 10, 6)
    assert list(classes) == list(CLASSES)
    for row, position in enumerate((10, 6)):
        members = {name: set(sources(classes, name, position, row)) for name in classes}
        assert set.union(*members.values()) == set(range(position + 1))
        assert members["first"] < members["first_4"]
        for name in (REST, ITSELF):
            others = [members[other] for other in classes if other != name]
            assert members[name].isdisjoint(set.union(*others))
