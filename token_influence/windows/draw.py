"""Windows of consecutive tokens, and the positions to measure in them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import floor
from types import MappingProxyType

import numpy as np
import pandas as pd

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.errors import WindowError
from token_influence.seeds import stream

NO_AUTHORS: Mapping[str, str] = MappingProxyType({})
ROUNDING = 1e-9  # 0.29 * 100 is less than 29


def draw_windows(
    corpus: TokenisedCorpus,
    name: str,
    seed: int,
    *,
    earlier_seeds: Sequence[int],
    length: int,
    per_seed: int,
    positions: int,
    min_position: int,
    max_position: int | None = None,
    share_per_author: float | None = None,
    authors: Mapping[str, str] = NO_AUTHORS,
) -> pd.DataFrame:
    """Draw `per_seed` windows of `length + 1` tokens that overlap no other window of any seed.

    Every admissible start is equally likely: the window must lie within one document and overlap no
    window drawn before. Documents are therefore drawn in proportion to their admissible starts. The
    windows of `earlier_seeds` are drawn first, so a seed that is added to a study at the end leaves
    the windows of the other seeds as they are. `name`, the corpus's name, keys the random streams.

    With `share_per_author`, no author has more than this share of a seed's windows: once an author has
    it, the seed's further windows come from other documents. `authors`: by `document_id`, where known;
    documents without an author have no limit.

    Returns the columns `window` (0..per_seed-1), `document_id`, `start` (index of the first token in
    the document), `token_ids` (int32 `[length + 1]`) and `positions` (int32 `[positions]`: distinct,
    ascending, from `min_position` to `max_position`, which is `length - 1` by default). Raises
    WindowError where the corpus is too short, or has too few authors for `share_per_author`.

    >>> corpus = TokenisedCorpus(np.arange(100, dtype=np.int32), ["a"], np.array([0, 100]))
    >>> windows = draw_windows(
    ...     corpus, "counting", 0, earlier_seeds=[], length=8, per_seed=3, positions=2, min_position=5
    ... )
    >>> (windows["token_ids"][0] - windows["start"][0]).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8]
    >>> all(set(positions) < {5, 6, 7} for positions in windows["positions"])
    True
    """
    last = length - 1 if max_position is None else max_position
    measurable = np.arange(min_position, last + 1)
    free = _admissible_starts(corpus.offsets, length + 1)
    # The number of each document's author; -1, the last one of `drawn`, where it is not known.
    author, _ = pd.factorize(np.array([authors.get(name) for name in corpus.document_ids], object))
    share = 1 if share_per_author is None else share_per_author
    most = floor(share * per_seed + ROUNDING)
    for drawn_before, owner in enumerate([*earlier_seeds, seed]):
        generator = stream(owner, "windows", name, length)
        starts: list[int] = []
        drawn = np.zeros(author.max() + 2, dtype=int)
        for _ in range(per_seed):
            may_have_more = np.append(drawn[:-1] < most, True)[author]
            candidates = np.flatnonzero(free & np.repeat(may_have_more, np.diff(corpus.offsets)))
            if candidates.size == 0 and free.any():
                raise WindowError(
                    f"the corpus {name!r} has room for {len(starts)} of the {per_seed} windows of seed "
                    f"{owner}, since share_per_author {share:g} allows {most} of them to an author: use "
                    "a larger share, more windows for each seed, or more authors"
                )
            if candidates.size == 0:
                raise WindowError(
                    f"the corpus {name!r} has room for {drawn_before * per_seed + len(starts)} windows "
                    f"of {length} tokens and the one predicted after them, but the seeds up to "
                    f"{owner} ask for {(drawn_before + 1) * per_seed}: use fewer seeds, fewer or "
                    "shorter windows, or more text"
                )
            start = int(generator.choice(candidates))
            starts.append(start)
            drawn[author[_document_at(corpus, start)]] += 1
            free[max(0, start - length) : start + length + 1] = False
    rows = [
        _window(corpus, name, seed, index, start, length, positions, measurable)
        for index, start in enumerate(starts)
    ]
    return pd.DataFrame(rows)


def _admissible_starts(offsets: np.ndarray, size: int) -> np.ndarray:
    """Whether a window of `size` tokens that starts here lies within one document; bool `[N]`."""
    free = np.zeros(offsets[-1], dtype=bool)
    for begin, end in pairwise(offsets):
        free[begin : max(begin, end - size + 1)] = True
    return free


def _document_at(corpus: TokenisedCorpus, start: int) -> int:
    """The number of the document that holds the token `start`."""
    return int(np.searchsorted(corpus.offsets, start, side="right")) - 1


def _window(
    corpus: TokenisedCorpus,
    name: str,
    seed: int,
    index: int,
    start: int,
    length: int,
    positions: int,
    measurable: np.ndarray,
) -> dict[str, object]:
    """Row `index` of the table of windows, with its positions drawn from `measurable`."""
    document = _document_at(corpus, start)
    generator = stream(seed, "positions", name, length, index)
    chosen = generator.choice(measurable, size=positions, replace=False)
    return {
        "window": index,
        "document_id": corpus.document_ids[document],
        "start": start - int(corpus.offsets[document]),
        "token_ids": corpus.tokens[start : start + length + 1],
        "positions": np.sort(chosen).astype(np.int32),
    }
