"""What the demo's page asks for, checked and bounded, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from token_influence.errors import AttributionError
from token_influence.scopes.asked import asked_once
from token_influence.scopes.explanation import explain
from token_influence.scopes.prompt import Chat, read_prompt

MOST_CHARACTERS = 4000
MOST_TOKENS = 512
METHODS = {
    "semantic": True,
    "temperature": True,
    "fisher": True,
    "input_x_gradient": True,
    "integrated_gradients-steps=20": False,
    "leave_one_out": False,
    "distance": False,
}
"""The methods that the page offers, which take seconds at most, and whether it begins with them."""
TEXTS = ("model", "text", "target", "other", "before", "system", "answer")


@dataclass(frozen=True)
class Loaded:
    """A model and its tokenizer, loaded once."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase


def answer(models: Mapping[str, Loaded], asked: object) -> dict[str, Any]:
    """The record (`scopes.explanation.explain`) of a prompt, with its `model`.

    asked: what the page sends: texts under the keys `TEXTS`, empty where nothing is given, `methods` and
    `chat`. Raises AttributionError, one sentence for the person, for all that cannot be answered.
    """
    if not isinstance(asked, dict):
        raise AttributionError("The question is no JSON object.")
    texts = {key: asked.get(key, "") for key in TEXTS}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            raise AttributionError(
                f"The field {key} holds no text of up to {MOST_CHARACTERS} characters."
            )
    if texts["model"] not in models:
        raise AttributionError(f"There is no such model; allowed: {', '.join(models)}.")
    methods = asked.get("methods")
    if not isinstance(methods, list) or not methods or not all(m in list(METHODS) for m in methods):
        raise AttributionError(f"Choose one or more of the methods: {', '.join(METHODS)}.")
    loaded = models[texts["model"]]
    chat = Chat(texts["system"] or None, texts["answer"]) if asked.get("chat") is True else None
    name = "on this page"
    tokens = len(read_prompt(name, texts["text"], loaded.tokenizer, chat).ids)
    if tokens > MOST_TOKENS:
        raise AttributionError(
            f"The prompt is {tokens} tokens long; allowed on this page are {MOST_TOKENS}."
        )
    if texts["other"] and not texts["target"]:
        raise AttributionError("A contrast needs a target; allowed is a token in both fields.")
    contrast = (texts["target"], texts["other"]) if texts["other"] else None
    question = asked_once(
        None, texts["before"] or None, None if contrast else texts["target"] or None, contrast
    )
    record = explain(
        loaded.model, loaded.tokenizer, texts["text"], [question], methods, name=name, chat=chat
    )
    return record | {"model": texts["model"]}
