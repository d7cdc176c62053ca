"""How often each token occurs in a corpus, and its text."""

import numpy as np
import pandas as pd

from token_influence.corpora.tokens import TokenisedCorpus


def count_tokens(corpus: TokenisedCorpus, tokenizer) -> pd.DataFrame:
    """One row for each token that occurs, in the order of the ids.

    tokenizer: the Hugging Face tokenizer of `corpus`. Columns `token_id` (int32), `count` (int64) and
    `text`: what the tokenizer decodes this token alone to. A token with a part of a character gives
    the replacement character "�".

    >>> from tokenizers import Tokenizer, models
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"a": 0, "b": 1})))
    >>> corpus = TokenisedCorpus(np.array([1, 0, 1], dtype=np.int32), ["d"], np.array([0, 3]))
    >>> count_tokens(corpus, words).values.tolist()
    [[0, 1, 'a'], [1, 2, 'b']]
    """
    ids, counts = np.unique(corpus.tokens, return_counts=True)
    texts = tokenizer.batch_decode(ids[:, None].tolist(), clean_up_tokenization_spaces=False)
    return pd.DataFrame({"token_id": ids.astype(np.int32), "count": counts, "text": texts})
