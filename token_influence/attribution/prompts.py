"""Passages as a model's tokenizer reads them: the predictions that are explained."""

from collections.abc import Sequence

import pandas as pd

from token_influence.attribution.passages import Passage
from token_influence.attribution.predictions import Prediction
from token_influence.corpora.tokens import tokenise
from token_influence.errors import AttributionError


def predictions_of(passages: Sequence[Passage], tokenizer, data: str) -> list[Prediction]:
    """For each passage the prediction of its target, with the key `data/number`.

    Where a passage names no target, that is its last token (the last piece of its last word), as in the
    public code of arXiv 2601.16407. Text is tokenised without special tokens.

    Raises AttributionError for a passage that leaves nothing before its target, and for a target that is
    not one token; CorpusError as `corpora.tokens.tokenise` does.
    """
    keys = [f"{data}/{passage.number}" for passage in passages]
    texts = _ids(keys, [passage.text for passage in passages], tokenizer)
    targets = _ids(keys, [passage.target or "" for passage in passages], tokenizer)
    predictions = []
    for key, passage, text, target in zip(keys, passages, texts, targets, strict=True):
        if passage.target is not None and len(target) != 1:
            raise AttributionError(
                f"The target of {key}, {passage.target!r}, is {len(target)} tokens; allowed is the text "
                "of one token, with the blank before it if it has one."
            )
        ids = (*text, *target)
        if len(ids) < 2:
            raise AttributionError(
                f"{key} has {len(ids)} tokens with its target; at least 2 are needed."
            )
        predictions.append(Prediction(key, ids, position=len(ids) - 2))
    return predictions


def _ids(keys: Sequence[str], texts: Sequence[str], tokenizer) -> list[list[int]]:
    corpus = tokenise(pd.DataFrame({"document_id": keys, "text": texts}), tokenizer)
    limits = zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)
    return [corpus.tokens[low:high].tolist() for low, high in limits]
