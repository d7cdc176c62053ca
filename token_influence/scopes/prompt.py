"""A prompt as the model's tokenizer reads it, with the place of each token in its text."""

import re
from dataclasses import dataclass

import pandas as pd
from transformers import PreTrainedTokenizerBase

from token_influence.attribution.spans import Span
from token_influence.corpora.tokens import tokenise
from token_influence.errors import AttributionError
from token_influence.models.tokenizers import begin_of_text_id
from token_influence.untrusted import reading


@dataclass(frozen=True)
class Chat:
    """What stands around a prompt in a chat: the system prompt, and how the answer begins."""

    system: str | None = None
    answer: str = ""


@dataclass(frozen=True)
class ReadPrompt:
    """A prompt of S tokens.

    name: of the prompt, in errors. text: with the chat template, if there is one. ids: [S].
    offsets: [S] pairs, where the part of the text that a token adds begins and ends; it is empty for a
    token that ends within a character. bos_id: the begin-of-text token that is read before the prompt,
    if any; it is no source.
    """

    name: str
    text: str
    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    bos_id: int | None

    @property
    def pieces(self) -> list[str]:
        """The part of the text that each token adds."""
        return [self.text[begin:end] for begin, end in self.offsets]

    def find(self, words: str) -> Span:
        """The span of tokens that hold `words`, which must occur once in the text, as whole words.

        Raises AttributionError if they do not.
        """
        places = list(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", self.text))
        if len(places) != 1:
            raise AttributionError(
                f"The words {words!r} occur {len(places)} times in the prompt {self.name}; allowed are "
                "words that occur once."
            )
        begin, end = places[0].span()
        inside = [k for k, (low, high) in enumerate(self.offsets) if low < end and high > begin]
        return inside[0], inside[-1] + 1


def read_prompt(
    name: str, text: str, tokenizer: PreTrainedTokenizerBase, chat: Chat | None = None
) -> ReadPrompt:
    """The tokens of `text`, or of the tokenizer's chat template around it.

    What looks like a special token in a text without chat is text like any other. Raises
    AttributionError for an empty text, for a tokenizer without places of its tokens or without a chat
    template, and where a chat's text holds one of the template's special tokens.
    """
    if not text.strip():
        raise AttributionError(
            f"The prompt {name} is empty; allowed is a text of at least one word."
        )
    check_unicode(name, text, *([chat.system or "", chat.answer] if chat else []))
    if not tokenizer.is_fast:
        raise AttributionError(
            "The model's tokenizer does not tell where its tokens stand in the text, so no prompt can "
            "be shown with it; allowed are models with a tokenizer.json."
        )
    if chat is None:
        tokenise(pd.DataFrame({"document_id": [name], "text": [text]}), tokenizer)  # for its checks
        found = _encoded(text, tokenizer, special=False)
        bos_id = begin_of_text_id(tokenizer)
    else:
        text = _templated(name, text, tokenizer, chat)
        found = _encoded(text, tokenizer, special=True)
        bos_id = None  # the template has its own, if any
    offsets = _without_overlap(found["offset_mapping"])
    return ReadPrompt(name, text, tuple(found["input_ids"]), offsets, bos_id)


def check_unicode(name: str, *texts: str) -> None:
    """Raise AttributionError for half a pair of surrogates, which JSON and terminals can give."""
    if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
        raise AttributionError(
            f"The prompt {name} or its target holds half a character; allowed is text in Unicode."
        )


def _encoded(text: str, tokenizer: PreTrainedTokenizerBase, special: bool) -> dict[str, list]:
    """Token ids and offsets; `special`: whether special tokens are recognised in the text."""
    backend = tokenizer.backend_tokenizer
    before = backend.encode_special_tokens
    try:
        with reading("The prompt, with the model's tokenizer,", AttributionError):
            return tokenizer(
                text,
                add_special_tokens=False,
                split_special_tokens=not special,
                return_offsets_mapping=True,
                verbose=False,
            ).data
    finally:
        backend.encode_special_tokens = before


def _without_overlap(offsets: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Offsets in which every character belongs to one token: the first of those that share it."""
    places, reached = [], 0
    for begin, end in offsets:
        begin = max(begin, reached)
        reached = max(end, reached)
        places.append((begin, max(begin, end)))
    return tuple(places)


def _templated(name: str, text: str, tokenizer: PreTrainedTokenizerBase, chat: Chat) -> str:
    """The text of the chat template around a user's message, up to the answer's beginning."""
    if not tokenizer.chat_template:
        raise AttributionError(
            f"The model's tokenizer has no chat template, which the prompt {name} asks for; allowed is "
            "a prompt without chat."
        )
    contents = [chat.system or "", text, chat.answer]
    for token in tokenizer.all_special_tokens:
        if any(token in content for content in contents):
            raise AttributionError(
                f"The prompt {name} holds {token!r}, which the chat template gives a meaning; take it "
                "out, or ask without the template."
            )
    messages = [{"role": "system", "content": chat.system}] if chat.system else []
    messages.append({"role": "user", "content": text})
    with reading(f"The prompt {name}, with the model's chat template,", AttributionError):
        whole = str(
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        )
    return whole + chat.answer
