"""Token Influence: how strongly an earlier token moves a language model's next prediction.

The public names are those of `__all__`; each has an example in its docstring. They are loaded when
they are first used, so that `token_influence.config` can be imported without torch.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Names and their modules, as text: an import here would count as code of every rule.
_HOMES = {
    "Choices": "standalone.choices",
    "Settings": "decay.settings",
    "TokenInfluenceError": "errors",
    "aggregate": "profiles.aggregate",
    "attribute": "attribution.single",
    "begin_of_text_id": "models.tokenizers",
    "decay_records": "decay.records",
    "draw_windows": "windows.draw",
    "load_model": "models.loading",
    "load_tokenizer": "models.tokenizers",
    "measure": "influence.measure",
    "measure_text": "standalone.measurement",
    "normalised_profiles": "profiles.normalise",
    "shuffle_windows": "windows.orders",
    "tokenise": "corpora.tokens",
    "verdict": "claims.verdicts",
}

__all__ = list(_HOMES)


@contextmanager
def importing() -> Iterator[None]:
    """Within: no garbage collection, which takes over a quarter of the time of importing torch and
    transformers (docs/performance.md)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with importing():
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
