"""A corpus becomes token ids, document by document."""

import numpy as np
import pandas as pd
from tiny_models import save_tokenizer

from token_influence.corpora.tokens import tokenise
from token_influence.models.tokenizers import load_tokenizer


def test_each_document_is_tokenised_alone_and_without_special_tokens(tmp_path):
    save_tokenizer(tmp_path, prepend="<s>")
    tokenizer = load_tokenizer(tmp_path)
    documents = pd.DataFrame({"document_id": ["a", "b"], "text": ["abc", "de"]})
    corpus = tokenise(documents, tokenizer)
    assert corpus.document_ids == ["a", "b"]
    assert corpus.tokens.dtype == np.int32
    assert corpus.offsets.dtype == np.int64
    for index, text in enumerate(documents["text"]):
        begin, end = corpus.offsets[index : index + 2]
        expected = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert corpus.tokens[begin:end].tolist() == expected
    assert corpus.offsets[-1] == corpus.tokens.size
