"""From a question to a prediction, and the sentences for questions that have no answer."""

import pytest
from explained_prompts import loaded

from token_influence.attribution.targets import Contrast, Predicted, Token, Tokens
from token_influence.errors import AttributionError
from token_influence.scopes.asked import Asked, asked_once, prediction_of
from token_influence.scopes.prompt import read_prompt


def of(text: str, **question):
    tokenizer = loaded().tokenizer
    return prediction_of(Asked(**question), read_prompt("p", text, tokenizer), tokenizer)


def token(letter: str) -> int:
    return loaded().tokenizer.convert_tokens_to_ids(letter)


def test_by_default_the_next_token_of_the_whole_prompt_is_explained():
    found = of("sea")
    assert (found.position, found.target) == (2, Predicted())
    assert of("sea", position=1).position == 1
    assert of("sea", token="x").target == Token(token("x"))
    assert of("sea", contrast=("x", "y")).target == Contrast(token("x"), token("y"))


def test_words_are_explained_token_by_token_from_what_stands_before_each():
    found = of("a sea", before="sea")
    assert found.target == Tokens(((1, token("s")), (2, token("e")), (3, token("a"))))
    assert found.position == 3
    other = of("a sea", before="sea", token="x")
    assert (other.position, other.target) == (1, Token(token("x")))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            {"token": "xy"},
            "The target 'xy' of the prompt p is 2 tokens; allowed is the text of one",
        ),
        ({"contrast": ("x", "")}, "The target '' of the prompt p is 0 tokens"),
        (
            {"before": "a"},
            "The words 'a' begin the prompt p; allowed are words with a token before",
        ),
        ({"before": "lake"}, "The words 'lake' occur 0 times"),
    ],
)
def test_targets_that_are_not_there_are_refused(question, sentence):
    with pytest.raises(AttributionError, match=sentence):
        of("a sea", **question)


def test_questions_in_words():
    assert Asked().words == "the model's own next token"
    assert Asked(position=3).words == "the model's own next token at token 3"
    assert Asked(token=" x").words == "x"
    assert Asked(before="sea").words == "sea"
    assert Asked(contrast=(" x", " y"), before="sea").words == "x rather than y before 'sea'"


def test_two_answers_to_one_question_are_refused():
    assert asked_once(None, "sea", None, ["x", "y"]) == Asked(before="sea", contrast=("x", "y"))
    with pytest.raises(AttributionError, match="Both a position and words are given"):
        asked_once(1, "sea", None, None)
    with pytest.raises(AttributionError, match="Both a target and a contrast are given"):
        asked_once(None, None, "x", ["x", "y"])
