"""The counts of a corpus's tokens, with the text of each."""

import pandas as pd
from tiny_models import save_tokenizer

from token_influence.corpora.tokens import tokenise
from token_influence.corpora.unigram import count_tokens
from token_influence.models.tokenizers import load_tokenizer


def test_every_token_is_counted_over_all_documents_with_its_own_text(tmp_path):
    save_tokenizer(tmp_path, prepend="<s>")
    tokenizer = load_tokenizer(tmp_path)
    documents = pd.DataFrame({"document_id": ["a", "b"], "text": ["cab", "ba"]})
    corpus = tokenise(documents, tokenizer)
    table = count_tokens(corpus, tokenizer)
    assert dict(zip(table["text"], table["count"], strict=True)) == {"a": 2, "b": 2, "c": 1}
    assert table["token_id"].is_monotonic_increasing
    assert table["count"].sum() == corpus.tokens.size
