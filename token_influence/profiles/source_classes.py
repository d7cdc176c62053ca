"""Classes of source tokens: where a source stands, what its text is, how frequent it is in the corpus,
and whether it repeats a token of the prediction."""

from collections.abc import Container, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from token_influence.profiles.normalise import NormalisedProfiles

ITSELF, REST = "itself", "rest"
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "first": "first position of the window",
        "first_4": "first 4 positions of the window",
        "break": "line or sentence break",
        "punctuation": "other punctuation",
        "frequent": "frequent words",
        "rare": "rare words",
        "repeats_target": "repeats of the target",
        "repeats_predicting": "repeats of the predicting token",
        REST: "in no class above",
        ITSELF: "the predicting position",
    }
)
"""Each class in words. A source may be in several of the first eight; the last two share none."""
FIRST = 4
QUARTER = 0.25
BREAKS = "\n.!?…"


def in_order(classes: Container[str]) -> list[str]:
    """The names among `classes` in the order of CLASSES, which files do not keep."""
    return [name for name in CLASSES if name in classes]


def token_kinds(unigram: pd.DataFrame) -> dict[str, np.ndarray]:
    """The ids of the tokens of each class that follows from the token alone.

    unigram: the columns `token_id`, `count` and `text` of every token of the corpus (see
    `corpora.unigram.count_tokens`). A token with a letter or a digit is (part of) a word. `frequent` and
    `rare` are the words of which the corpus's most and least frequent quarter of word tokens
    consists. Of the others, `break` holds a line break or one of . ! ? …, and `punctuation` any other
    visible text; a token with only part of a character is neither.

    >>> unigram = pd.DataFrame({"token_id": [0, 1, 2, 3], "count": [5, 9, 4, 1]})
    >>> kinds = token_kinds(unigram.assign(text=[".", " the", ",", "Ahab"]))
    >>> {name: ids.tolist() for name, ids in kinds.items()}
    {'break': [0], 'punctuation': [2], 'frequent': [], 'rare': [3]}
    """
    text, counts = unigram["text"], unigram["count"]
    word = text.map(lambda part: any(map(str.isalnum, part))).astype(bool)
    breaks = ~word & text.map(lambda part: any(sign in part for sign in BREAKS)).astype(bool)
    visible = text.str.strip().ne("") & ~text.str.contains("�", regex=False)
    # The place of a count's middle, among the running words in ascending order of their counts.
    mass = counts[word].groupby(counts[word]).sum()
    place = counts.map((mass.cumsum() - mass / 2) / max(1, mass.sum()))
    of = {
        "break": breaks,
        "punctuation": ~word & ~breaks & visible,
        "frequent": word & (place > 1 - QUARTER),
        "rare": word & (place <= QUARTER),
    }
    return {name: unigram.loc[chosen, "token_id"].to_numpy() for name, chosen in of.items()}


def source_classes(
    profiles: NormalisedProfiles, windows: pd.DataFrame, kinds: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """For each of CLASSES: which sources are in it, bool [predictions, distances], as `profiles`.

    windows: the columns `window` and `token_ids` [T + 1] of the same seed; kinds: see `token_kinds`.
    All classes but `itself` hold only sources before the predicting position. A repeat of the target has
    the id of token i + 1, a repeat of the predicting token that of token i.
    """
    by_window = windows.set_index("window")["token_ids"]
    tokens = np.stack([by_window[window] for window in profiles.windows])
    position = profiles.positions[:, None]
    distance = np.arange(profiles.values.shape[1])
    source = position - distance
    before = (distance >= 1) & (source >= 0)
    own = np.take_along_axis(tokens, np.maximum(source, 0), axis=1)
    found = {
        "first": source == 0,
        "first_4": source < FIRST,
        **{kind: np.isin(own, ids) for kind, ids in kinds.items()},
        "repeats_target": own == np.take_along_axis(tokens, position + 1, axis=1),
        "repeats_predicting": own == np.take_along_axis(tokens, position, axis=1),
    }
    classes = {name: before & chosen for name, chosen in found.items()}
    classes[REST] = before & ~np.any(list(classes.values()), axis=0)
    classes[ITSELF] = np.broadcast_to(distance == 0, source.shape)
    return classes
