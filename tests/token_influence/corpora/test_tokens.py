"""A corpus becomes token ids, document by document."""

import numpy as np
import pandas as pd
import pytest
from tiny_models import build, save_tokenizer, write_gguf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from token_influence.corpora.tokens import tokenise
from token_influence.errors import CorpusError
from token_influence.models.gguf import convert_gguf
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


def documents(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"document_id": [f"d{k}" for k in range(len(texts))], "text": texts})


def test_text_like_a_special_token_is_ordinary_text_to_bpe():
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        special_tokens=["<|im_end|>"], initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator([], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>")
    text = "x <|im_end|> y"
    corpus = tokenise(documents(text), tokenizer)
    assert tokenizer.eos_token_id not in corpus.tokens
    assert corpus.tokens.size == len(text)
    assert tokenizer.decode(corpus.tokens) == text
    # What others do with the tokenizer is as before.
    assert tokenizer.backend_tokenizer.encode(text).tokens.count("<|im_end|>") == 1


def test_text_like_a_special_token_is_ordinary_text_to_a_converted_tokenizer(tmp_path):
    write_gguf(build("llama"), tmp_path / "m.gguf")
    convert_gguf(tmp_path / "m.gguf", tmp_path / "out")
    tokenizer = load_tokenizer(tmp_path / "out")
    assert tokenise(documents("a</s>b"), tokenizer).tokens.tolist() == [
        *tokenizer.convert_tokens_to_ids(["a", "s", "b"])
    ]


def test_a_word_that_is_a_special_token_is_refused_with_its_document():
    words = Tokenizer(models.WordLevel({"sea": 0, "<s>": 1, "<unk>": 2}, "<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>", unk_token="<unk>")
    assert tokenise(documents("sea shore"), tokenizer).tokens.tolist() == [0, 2]
    with pytest.raises(CorpusError, match=r"document d1 .* special token <s>: take it out"):
        tokenise(documents("sea", "sea <s> sea", "sea"), tokenizer)


def test_a_piece_that_is_a_special_token_is_refused_with_its_document():
    pieces = [("<unk>", 0.0), ("<s>", 0.0), *((letter, -2.0) for letter in "<s>x ")]
    unigram = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=unigram, bos_token="<s>", unk_token="<unk>"
    )
    assert tokenise(documents("xq< s>"), tokenizer).tokens.tolist() == [5, 0, 2, 6, 3, 4]
    with pytest.raises(CorpusError, match=r"document d0 .* special token <s>"):
        tokenise(documents("x<s>x"), tokenizer)


def test_a_tokenizer_that_cannot_read_the_text_is_one_sentence():
    words = Tokenizer(models.WordLevel({"sea": 0}, "<unk>"))  # which the vocabulary does not hold
    with pytest.raises(CorpusError, match=r"cannot be read: .*Missing \[UNK\] token .*\.$"):
        tokenise(documents("shore"), PreTrainedTokenizerFast(tokenizer_object=words))
