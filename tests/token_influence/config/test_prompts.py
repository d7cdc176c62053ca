"""The section `prompts`: its keys, and the sentences for what it refuses."""

import pytest
from raw_studies import DEFAULT, MODEL, assert_refused, change

from token_influence.config import load_study

MYSTERY = "prompts/texts/mystery"


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        (f"{MYSTERY}/text", " \n", ["prompts.texts.mystery.text: found an empty text; allowed is"]),
        (f"{MYSTERY}/text", "a" * 20_001, ["text: found 20001 characters; allowed are at most"]),
        (f"{MYSTERY}/targets", [], ["mystery.targets: found an empty list"]),
        (
            f"{MYSTERY}/targets/0/contrast",
            [" a", " b"],
            ["mystery.targets[0]: found the keys token and contrast; allowed is one of them"],
        ),
        (
            f"{MYSTERY}/targets",
            [{"position": 3, "before": "him"}],
            ["targets[0]: found the keys position and before; allowed is one of them"],
        ),
        (
            f"{MYSTERY}/targets/0/position",
            -1,
            ["mystery.targets[0].position: found -1; allowed is"],
        ),
        (f"{MYSTERY}/targets/0/word", "x", ["targets[0].word: unknown key", "position, before"]),
        ("prompts/methods", ["saliency"], ["prompts.methods[0]: found 'saliency', which is no m"]),
        ("prompts/models", ["gpt"], ["prompts.models[0]: found the model 'gpt', which is not"]),
        ("prompts/texts", {}, ["prompts.texts: found"]),
    ],
)
def test_what_cannot_be_asked_is_refused(path, value, parts):
    assert_refused(change(path, value), parts)


def test_a_prompt_without_targets_explains_the_models_own_next_token():
    raw = change(f"{MYSTERY}/targets", None)
    (target,) = load_study(raw).prompts.texts["mystery"].targets
    assert target.model_dump(exclude_defaults=True) == {}


def test_targets_of_the_config_are_questions_of_the_library():
    from dataclasses import fields

    from token_influence.config.prompts import Chat, PromptTarget
    from token_influence.scopes import asked, prompt

    assert set(PromptTarget.model_fields) == {field.name for field in fields(asked.Asked)}
    assert set(Chat.model_fields) == {field.name for field in fields(prompt.Chat)}


def test_every_target_of_the_default_study_says_what_is_expected():
    prompts = load_study(DEFAULT).prompts
    assert prompts.models == [MODEL]
    assert all(target.expected for p in prompts.texts.values() for target in p.targets)
