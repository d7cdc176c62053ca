"""From documents to the data of a training: what it learns from and what it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from transformers import PreTrainedTokenizerFast

from token_influence.corpora.tokens import TokenisedCorpus, tokenise
from token_influence.training.held_out import held_out
from token_influence.training.sequences import pack, spread
from token_influence.training.tokenizer import train_tokenizer


@dataclass(frozen=True)
class Material:
    """What is learnt from and what is held out.

    `sequences`: int32 `[S, length]`, packed; `judged`: int32 `[S, length]` by corpus, never learnt
    from; `learnt` and `held_out`: `documents` (ids), `characters` and `tokens` by corpus.
    """

    tokenizer: PreTrainedTokenizerFast
    sequences: np.ndarray
    judged: Mapping[str, np.ndarray]
    learnt: Mapping[str, Mapping[str, Any]]
    held_out: Mapping[str, Mapping[str, Any]]


def prepare(
    corpora: Mapping[str, pd.DataFrame],
    *,
    share: float,
    sequences: int,
    vocabulary: int,
    length: int,
    seed: int,
) -> Material:
    """Split each corpus, train the tokenizer on the part to learn from, and tokenise both parts.

    `corpora`: data frames with `document_id` and `text`, by name; `share`: of the characters, held
    out; `sequences`: number of held-out sequences of each corpus; `vocabulary`: of the tokenizer;
    `length`: tokens of every sequence. Raises CorpusError if a corpus is too small.
    """
    kept = {name: held_out(frame, name, share, seed) for name, frame in corpora.items()}
    learnt = {name: frame[~kept[name]] for name, frame in corpora.items()}
    unseen = {name: frame[kept[name]] for name, frame in corpora.items()}
    texts = (text for frame in learnt.values() for text in frame["text"])
    tokenizer = train_tokenizer(texts, vocabulary)
    read = {name: tokenise(frame, tokenizer) for name, frame in learnt.items()}
    unread = {name: tokenise(frame, tokenizer) for name, frame in unseen.items()}
    return Material(
        tokenizer,
        pack(list(read.values()), tokenizer.eos_token_id, length, seed),
        {name: spread(corpus, name, length, sequences) for name, corpus in unread.items()},
        {name: _size(learnt[name], corpus) for name, corpus in read.items()},
        {name: _size(unseen[name], corpus) for name, corpus in unread.items()},
    )


def _size(documents: pd.DataFrame, corpus: TokenisedCorpus) -> dict[str, Any]:
    return {
        "documents": documents["document_id"].tolist(),
        "characters": int(documents["text"].str.len().sum()),
        "tokens": int(corpus.tokens.size),
    }
