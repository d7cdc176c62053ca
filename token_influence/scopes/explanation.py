"""One prompt explained: tokens, scores by method, predicted tokens, and what was expected."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.spans import Span
from token_influence.errors import AttributionError
from token_influence.influence.access import embed, forward
from token_influence.scopes.asked import Asked, prediction_of
from token_influence.scopes.expected import found, ranks, spread
from token_influence.scopes.prompt import Chat, ReadPrompt, read_prompt
from token_influence.scopes.shading import SCALES, shades

PREDICTED = 15  # most probable next tokens in a record
BATCH_SIZE = 4
DIGITS = 6  # significant ones in a record


def explain(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    text: str,
    targets: Sequence[Asked],
    methods: Sequence[str],
    *,
    name: str = "prompt",
    chat: Chat | None = None,
) -> dict[str, Any]:
    """Which tokens of a prompt matter to each of the targets: a record, as plain data.

    `tokens`: of the prompt, each with `id` and `text`. `explanations`, one for each target: `position`
    of the predicting token (it and those before it are the sources); `next`, the most probable tokens
    after the source `next_after`; `explained`, the tokens of the target with their probabilities;
    `scores`, `ranks` and `shades` [position + 1] by method; `expected` and `spread` as
    `expected.found` and `expected.spread` define them.

    Raises AttributionError for a prompt, a target or a method that cannot be used (one sentence).
    """
    prompt = read_prompt(name, text, tokenizer, chat)
    predictions = [prediction_of(asked, prompt, tokenizer) for asked in targets]
    scores = attribute(model, predictions, methods, bos_id=prompt.bos_id, batch_size=BATCH_SIZE)
    pieces = prompt.pieces
    return {
        "prompt": name,
        "tokens": [{"id": i, "text": t} for i, t in zip(prompt.ids, pieces, strict=True)],
        "methods": list(scores[0]),
        "explanations": [
            _explanation(asked, prediction, by_method, prompt, model, tokenizer)
            for asked, prediction, by_method in zip(targets, predictions, scores, strict=True)
        ],
    }


def _explanation(
    asked: Asked,
    prediction: Prediction,
    scores: Mapping[str, np.ndarray],
    prompt: ReadPrompt,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
) -> dict[str, Any]:
    probabilities = next_probabilities(model, prediction, prompt.bos_id)
    terms = prediction.terms(predicted=int(probabilities[prediction.position].argmax()))
    first = terms[0].position
    likely = np.argsort(-probabilities[first], kind="stable")[:PREDICTED].tolist()

    def token(number: int, position: int) -> dict[str, Any]:
        probability = _rounded(probabilities[position][number])
        return {"id": number, "text": tokenizer.decode([number]), "probability": probability}

    spans = [_sources(words, prompt, prediction) for words in asked.expected]
    return {
        "target": asked.words,
        "position": prediction.position,
        "next_after": first,
        "next": [token(number, first) for number in likely],
        "explained": [token(t.id, t.position) | {"weight": t.weight} for t in terms],
        "scores": {label: [_rounded(s) for s in values] for label, values in scores.items()},
        "shades": {
            scale: {
                label: shades(values, scale).round(3).tolist() for label, values in scores.items()
            }
            for scale in SCALES
        },
        "ranks": {label: ranks(values).tolist() for label, values in scores.items()},
        "expected": [
            found(words, span, scores) for words, span in zip(asked.expected, spans, strict=True)
        ],
        "spread": {
            label: _rounded(value)
            for label, values in scores.items()
            if (value := spread(spans, values, label.startswith("fisher"))) is not None
        },
    }


@torch.no_grad()
def next_probabilities(
    model: PreTrainedModel, prediction: Prediction, bos_id: int | None
) -> dict[int, np.ndarray]:
    """The probabilities [V] of the next token, after each position that the prediction is about."""
    positions = sorted({prediction.position, *(t.position for t in prediction.terms(predicted=0))})
    prefix = [] if bos_id is None else [bos_id]
    ids = torch.tensor([[*prefix, *prediction.read]], device=model.device)
    rows = torch.tensor([positions], device=model.device) + len(prefix)
    logits, _ = forward(model, embed(model, ids), rows)
    found = torch.softmax(logits[0].float(), dim=-1).cpu().numpy()
    return dict(zip(positions, found, strict=True))


def _sources(words: str, prompt: ReadPrompt, prediction: Prediction) -> Span:
    """The span of expected words; AttributionError if they stand after the prediction."""
    span = prompt.find(words)
    if span[1] > prediction.position + 1:
        raise AttributionError(
            f"The expected words {words!r} of the prompt {prompt.name} stand after the prediction; "
            "allowed are words before it."
        )
    return span


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
