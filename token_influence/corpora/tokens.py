"""The token ids of a corpus, document by document."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class TokenisedCorpus:
    """The token ids of every document, one after the other.

    `tokens`: int32 `[N]`; `document_ids`: `D` names; `offsets`: int64 `[D + 1]`, document `k` being
    `tokens[offsets[k]:offsets[k + 1]]`.
    """

    tokens: np.ndarray
    document_ids: list[str]
    offsets: np.ndarray


def tokenise(documents: pd.DataFrame, tokenizer) -> TokenisedCorpus:
    """Tokenise each document on its own, without any special token.

    `documents` has the columns `document_id` and `text`; `tokenizer` is a Hugging Face tokenizer.

    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"the": 0, "sea": 1, "?": 2}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> documents = pd.DataFrame({"document_id": ["a", "b"], "text": ["the deep sea", "sea"]})
    >>> corpus = tokenise(documents, PreTrainedTokenizerFast(tokenizer_object=words))
    >>> corpus.tokens.tolist(), corpus.offsets.tolist()
    ([0, 2, 1, 1], [0, 3, 4])
    """
    encoded = tokenizer(
        documents["text"].tolist(),
        add_special_tokens=False,
        return_attention_mask=False,
        verbose=False,  # documents are longer than the context; windows are not
    )["input_ids"]
    lengths = [len(ids) for ids in encoded]
    return TokenisedCorpus(
        tokens=np.concatenate([np.asarray(ids, dtype=np.int32) for ids in encoded]),
        document_ids=documents["document_id"].tolist(),
        offsets=np.array([0, *accumulate(lengths)], dtype=np.int64),
    )
