"""A tiny model that explains prompts, each letter of which is one token."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tiny_study import write_model

from token_influence.demo.explainer import Loaded
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import load_tokenizer
from token_influence.scopes.asked import Asked
from token_influence.scopes.explanation import explain

HOSTILE = "</div><script>a()</script><img src=//x.y onerror=a()>\"'&\n"
TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}<assistant>"


@cache
def loaded() -> Loaded:
    """The model and its tokenizer."""
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder))
        return Loaded(load_model(folder, device="cpu"), load_tokenizer(folder))


def record(
    text: str = "the sea", *targets: Asked, methods=("semantic", "fisher", "distance")
) -> dict:
    """The record of a prompt, as a study keeps it."""
    tiny = loaded()
    found: dict[str, Any] = explain(
        tiny.model, tiny.tokenizer, text, targets or [Asked()], methods, name="sea"
    )
    return found | {"title": "The sea", "model": "tiny"}
