"""Which documents of a corpus are held out of a training."""

import numpy as np
import pandas as pd

from token_influence.errors import CorpusError
from token_influence.seeds import sequence


def held_out(documents: pd.DataFrame, corpus: str, share: float, seed: int) -> np.ndarray:
    """bool `[D]`: whether each document is held out of a training on `corpus`.

    `documents` has the columns `document_id` and `text`. Documents are taken in the order of a hash of
    seed, corpus and id; each one that still fits into `share` of the corpus's characters is held out.
    So whole documents are held out, and nearly the share even if they are few and long. Raises
    CorpusError if no document or every document fits.
    """
    lengths = documents["text"].str.len().to_numpy()
    room = share * lengths.sum()
    selected = np.zeros(len(documents), dtype=bool)
    for index in np.argsort([_rank(name, corpus, seed) for name in documents["document_id"]]):
        if lengths[index] <= room:
            selected[index] = True
            room -= lengths[index]
    if not selected.any() or selected.all():
        raise CorpusError(
            f"Of the {len(documents)} documents of the corpus {corpus!r}, "
            f"{'all fit' if selected.all() else 'none fits'} into {share:g} of its characters, so it "
            "cannot be split into text to learn from and text held out: choose another share, or a "
            "corpus of more and shorter documents."
        )
    return selected


def _rank(document_id: str, corpus: str, seed: int) -> int:
    return int(sequence(seed, "held out", corpus, document_id).generate_state(1, np.uint64)[0])
