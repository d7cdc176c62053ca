"""What is asked of a prompt: which prediction is explained, and what of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from transformers import PreTrainedTokenizerBase

from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Contrast, Predicted, Target, Token, Tokens
from token_influence.corpora.tokens import tokenise
from token_influence.errors import AttributionError
from token_influence.scopes.prompt import ReadPrompt, check_unicode


@dataclass(frozen=True)
class Asked:
    """One question to a prompt.

    position: the predicting token, from 0; by default the prompt's last one. before: words of the
    prompt, which are predicted instead. token: the text of the explained token; by default the one that
    the model predicts, or the words `before`. contrast: two such tokens, the first against the second.
    expected: words of the prompt that one expects to matter.
    """

    position: int | None = None
    before: str | None = None
    token: str | None = None
    contrast: tuple[str, str] | None = None
    expected: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The question in a few words, for people."""
        place = "" if self.position is None else f" at token {self.position}"
        if self.before is not None:
            place = f" before {self.before!r}"
        if self.contrast is not None:
            return f"{self.contrast[0].strip()} rather than {self.contrast[1].strip()}{place}"
        if self.token is not None:
            return f"{self.token.strip() or repr(self.token)}{place}"
        if self.before is not None:
            return self.before
        return f"the model's own next token{place}"


def prediction_of(
    asked: Asked, prompt: ReadPrompt, tokenizer: PreTrainedTokenizerBase
) -> Prediction:
    """The prediction that is asked for.

    Raises AttributionError for words that do not occur once in the prompt or have nothing before them,
    and for a target that is not one token. A position out of range is refused by `attribute`.
    """
    position = len(prompt.ids) - 1 if asked.position is None else asked.position
    target: Target = Predicted()
    if asked.before is not None:
        begin, end = prompt.find(asked.before)
        if begin == 0:
            raise AttributionError(
                f"The words {asked.before!r} begin the prompt {prompt.name}; allowed are words with a "
                "token before them."
            )
        position = begin - 1
        target = Tokens(tuple((k - 1, prompt.ids[k]) for k in range(begin, end)))
    if asked.token is not None:
        target = Token(single_token(asked.token, prompt.name, tokenizer))
    if asked.contrast is not None:
        target = Contrast(*(single_token(t, prompt.name, tokenizer) for t in asked.contrast))
    if isinstance(target, Tokens):
        position = target.at[-1][0]
    return Prediction(prompt.name, prompt.ids, position, target)


def single_token(text: str, name: str, tokenizer: PreTrainedTokenizerBase) -> int:
    """The id of the token with this text; AttributionError if it is no token, or several."""
    check_unicode(name, text)
    document = pd.DataFrame({"document_id": [name], "text": [text]})
    ids = tokenise(document, tokenizer).tokens.tolist()
    if len(ids) != 1:
        raise AttributionError(
            f"The target {text!r} of the prompt {name} is {len(ids)} tokens; allowed is the text of one "
            "token, with the blank before it if it has one."
        )
    return ids[0]


def asked_once(
    position: int | None, before: str | None, token: str | None, contrast: Sequence[str] | None
) -> Asked:
    """What a person asks, with no two answers to one question.

    Raises AttributionError if both `position` and `before`, or both `token` and `contrast` are given.
    """
    if position is not None and before is not None:
        raise AttributionError("Both a position and words are given; allowed is one of them.")
    if token is not None and contrast is not None:
        raise AttributionError("Both a target and a contrast are given; allowed is one of them.")
    pair = None if contrast is None else (contrast[0], contrast[1])
    return Asked(position=position, before=before, token=token, contrast=pair)
