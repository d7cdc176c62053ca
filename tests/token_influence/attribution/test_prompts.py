"""Passages become predictions of their targets."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from token_influence.attribution.passages import Passage
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.prompts import predictions_of
from token_influence.attribution.targets import TrueToken
from token_influence.errors import AttributionError


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """One token for each word, and for each punctuation mark."""
    vocabulary = {"?": 0, "the": 1, "sea": 2, "rose": 3, ".": 4, "<s>": 5}
    words = Tokenizer(models.WordLevel(vocabulary, "?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>")


def test_the_last_token_of_a_passage_is_its_target(tokenizer):
    passages = [Passage(7, "the sea rose"), Passage(9, "the the sea rose.")]
    assert predictions_of(passages, tokenizer, "lambada") == [
        Prediction("lambada/7", (1, 2, 3), 1, TrueToken()),
        Prediction("lambada/9", (1, 1, 2, 3, 4), 3, TrueToken()),
    ]


def test_the_target_of_a_prompt_follows_it(tokenizer):
    (found,) = predictions_of([Passage(0, "the sea", "rose")], tokenizer, "mine")
    assert found == Prediction("mine/0", (1, 2, 3), 1)


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        (
            Passage(0, "the", "sea rose"),
            "The target of mine/0, 'sea rose', is 2 tokens; allowed is",
        ),
        (Passage(0, "the", " "), "The target of mine/0, ' ', is 0 tokens; allowed is"),
        (Passage(0, "sea"), "mine/0 has 1 tokens with its target; at least 2 are needed"),
        (Passage(0, ""), "mine/0 has 0 tokens with its target"),
    ],
)
def test_what_cannot_be_explained_is_told_in_one_sentence(tokenizer, passage, sentence):
    with pytest.raises(AttributionError, match=sentence):
        predictions_of([passage], tokenizer, "mine")
