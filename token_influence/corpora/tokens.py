"""The token ids of a corpus, document by document."""

import json
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

from token_influence.errors import CorpusError
from token_influence.untrusted import reading


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
    Text that looks like a special token, such as `</s>`, is encoded as ordinary text. Raises
    CorpusError, naming the document, where the tokenizer has no other tokens for it, and where the
    tokenizer fails. Only the token for unknown text may occur.

    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"the": 0, "sea": 1, "?": 2}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> documents = pd.DataFrame({"document_id": ["a", "b"], "text": ["the deep sea", "sea"]})
    >>> corpus = tokenise(documents, PreTrainedTokenizerFast(tokenizer_object=words))
    >>> corpus.tokens.tolist(), corpus.offsets.tolist()
    ([0, 2, 1, 1], [0, 3, 4])
    """
    encoded = _ordinary_ids(documents["text"].tolist(), tokenizer)
    lengths = [len(ids) for ids in encoded]
    corpus = TokenisedCorpus(
        tokens=np.concatenate([np.asarray(ids, dtype=np.int32) for ids in encoded]),
        document_ids=documents["document_id"].tolist(),
        offsets=np.array([0, *accumulate(lengths)], dtype=np.int64),
    )
    _refuse_special_tokens(corpus, tokenizer)
    return corpus


def _ordinary_ids(texts: list[str], tokenizer) -> list[list[int]]:
    """The ids of each text; what looks like a special token in it is text like any other."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    before = getattr(backend, "encode_special_tokens", None)
    try:
        with reading("The documents, with the model's tokenizer,", CorpusError):
            return tokenizer(
                texts,
                add_special_tokens=False,
                split_special_tokens=True,
                return_attention_mask=False,
                verbose=False,  # documents are longer than the context; windows are not
            )["input_ids"]
    finally:
        if backend is not None:
            backend.encode_special_tokens = before


def _refuse_special_tokens(corpus: TokenisedCorpus, tokenizer) -> None:
    """Some vocabularies hold the special tokens among the words, so text can still become one."""
    special = {
        k: token.content for k, token in tokenizer.added_tokens_decoder.items() if token.special
    }
    places = np.flatnonzero(np.isin(corpus.tokens, list(special)))
    if places.size:
        places = places[corpus.tokens[places] != _unknown_id(tokenizer)]
    if places.size:
        document = int(np.searchsorted(corpus.offsets, places[0], side="right")) - 1
        raise CorpusError(
            f"The document {corpus.document_ids[document]} holds text that the tokenizer can only "
            f"read as its special token {special[int(corpus.tokens[places[0]])]}: take it out."
        )


def _unknown_id(tokenizer) -> int | None:
    """The id for text that the vocabulary does not hold, which may stand in any document."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return tokenizer.unk_token_id
    model = json.loads(backend.model.__getstate__())
    if "unk_id" in model:
        return model["unk_id"]
    return None if model.get("unk_token") is None else backend.token_to_id(model["unk_token"])
