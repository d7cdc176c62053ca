"""Questions of the page: bounded, checked, and answered like the command line."""

import pytest
from explained_prompts import loaded

from token_influence.attribution.registry import resolve
from token_influence.demo.explainer import METHODS, MOST_CHARACTERS, MOST_TOKENS, answer
from token_influence.errors import AttributionError

QUESTION = {"model": "tiny", "text": "the sea", "methods": ["semantic"]}


def test_a_question_is_answered_as_it_was_asked():
    record = answer({"tiny": loaded()}, QUESTION | {"target": "x", "other": "y", "before": "sea"})
    assert record["methods"] == ["semantic"]
    assert record["model"] == "tiny"
    (explanation,) = record["explanations"]
    assert explanation["target"] == "x rather than y before 'sea'"
    assert explanation["position"] == 3


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ([], "The question is no JSON object."),
        (QUESTION | {"text": 5}, "The field text holds no text of up to 4000 characters."),
        (QUESTION | {"text": "a" * (MOST_CHARACTERS + 1)}, "The field text holds no text"),
        (QUESTION | {"text": "a" * (MOST_TOKENS + 1)}, "513 tokens long; allowed on this page are"),
        (QUESTION | {"text": " "}, "The prompt on this page is empty"),
        (QUESTION | {"model": "gpt"}, "There is no such model; allowed: tiny."),
        (QUESTION | {"methods": []}, "Choose one or more of the methods: semantic, "),
        (QUESTION | {"methods": ["fisher_trace"]}, "Choose one or more of the methods"),
        (QUESTION | {"methods": [[]]}, "Choose one or more of the methods"),
        (QUESTION | {"other": "x"}, "A contrast needs a target"),
        (QUESTION | {"target": "xy"}, "The target 'xy' of the prompt on this page is 2 tokens"),
        (QUESTION | {"chat": True}, "has no chat template"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_sentence(question, sentence):
    with pytest.raises(AttributionError, match=sentence):
        answer({"tiny": loaded()}, question)


def test_all_methods_that_the_page_offers_exist():
    assert [method.label for method in resolve(list(METHODS))] == list(METHODS)
