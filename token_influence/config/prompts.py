"""The section `prompts` of the configuration: texts, what is explained in each, what one expects."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from token_influence.config.faithfulness import Method
from token_influence.config.section import MOST_NAMES, Entries, Keys, Section, Text, Tokens

LONGEST_PROMPT = 20_000  # characters


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("found an empty text; allowed is one with at least one word")
    return text


Words = Annotated[str, Field(max_length=LONGEST_PROMPT), AfterValidator(_words)]


class Chat(Section):
    """The chat template around the text, which is then the user's message."""

    system: Annotated[
        Words | None,
        Field(description="The system prompt; without it, the template's own, if it has one."),
    ] = None
    answer: Annotated[
        str, Field(max_length=LONGEST_PROMPT, description="How the model's answer begins.")
    ] = ""


class PromptTarget(Section):
    """One prediction in a prompt, what is explained of it, and what one expects to matter."""

    position: Annotated[
        Tokens | None,
        Field(
            description="The predicting token, counted from 0; by default the last one, so that the "
            "token after the prompt is predicted."
        ),
    ] = None
    before: Annotated[
        Words | None,
        Field(
            description="Words that occur once in the prompt: they are predicted, and the sum of their "
            "tokens' logits is explained, unless `token` or `contrast` says something else."
        ),
    ] = None
    token: Annotated[
        Words | None,
        Field(
            description="The text of the token that is explained, with the blank before it if it has "
            "one; by default the one that the model predicts."
        ),
    ] = None
    contrast: Annotated[
        list[Words] | None,
        Field(
            min_length=2,
            max_length=2,
            description="Two such tokens: why the first rather than the second.",
        ),
    ] = None
    expected: Annotated[
        list[Words],
        Field(
            max_length=MOST_NAMES,
            description="Words of the prompt that one expects to matter, each occurring once in it; "
            "their ranks are reported.",
        ),
    ] = []

    @model_validator(mode="after")
    def _one_of_each(self) -> "PromptTarget":
        for pair in (("position", "before"), ("token", "contrast")):
            if all(getattr(self, key) is not None for key in pair):
                raise ValueError(f"found the keys {pair[0]} and {pair[1]}; allowed is one of them")
        return self


class Prompt(Section):
    """A text, with the predictions in it that are explained."""

    title: Annotated[Text, Field(description="A few words for the page and the figure.")]
    text: Annotated[Words, Field(description="The prompt; in a chat, the user's message.")]
    chat: Annotated[
        Chat | None,
        Field(description="The model's chat template around the text; null for the text alone."),
    ] = None
    targets: Annotated[
        list[PromptTarget],
        Field(
            min_length=1,
            max_length=100,
            description="What is explained; several targets are also shown as a map.",
        ),
    ] = [PromptTarget()]


class Prompts(Section):
    """Single prompts, shaded by how much each token matters to a prediction."""

    models: Annotated[Keys, Field(description="Keys of `models`; their trained weights are used.")]
    methods: Annotated[
        list[Method],
        Field(min_length=1, max_length=MOST_NAMES, description="Attribution methods, by label."),
    ]
    texts: Annotated[Entries[Prompt], Field(min_length=1, description="The prompts, by key.")]
