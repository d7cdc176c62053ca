"""Which documents of a corpus a training keeps out."""

import numpy as np
import pandas as pd

from token_influence.errors import CorpusError
from token_influence.seeds import sequence


def held_out(documents: pd.DataFrame, corpus: str, share: float, seed: int) -> np.ndarray:
    """bool `[D]`: the documents that are kept out of a training on `corpus`.

    `documents` has the columns `document_id` and `text`. In the order of a hash of seed, corpus and
    id, each document is kept out that still fits into `share` of the corpus's characters: whole
    documents, nearly the share even where they are few and long. Raises CorpusError where none
    fits, or all would go.
    """
    lengths = documents["text"].str.len().to_numpy()
    room = share * lengths.sum()
    kept_out = np.zeros(len(documents), dtype=bool)
    for index in np.argsort([_rank(name, corpus, seed) for name in documents["document_id"]]):
        if lengths[index] <= room:
            kept_out[index] = True
            room -= lengths[index]
    if not kept_out.any() or kept_out.all():
        raise CorpusError(
            f"Of the {len(documents)} documents of the corpus {corpus!r}, "
            f"{'all fit' if kept_out.all() else 'none fits'} into {share:g} of its characters, so it "
            "cannot be parted into text to learn from and text held out: choose another share, or a "
            "corpus of more and shorter documents."
        )
    return kept_out


def _rank(document_id: str, corpus: str, seed: int) -> int:
    return int(sequence(seed, "held out", corpus, document_id).generate_state(1, np.uint64)[0])
