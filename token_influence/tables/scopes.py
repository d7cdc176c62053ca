"""How the expected words of explained prompts stand, as one table."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

COLUMNS = [
    *("model", "prompt", "target", "probability", "words", "method", "rank", "sources"),
    *("by_distance", "comes_out", "spread", "spread_tokens"),
]


def scopes_table(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row for each model, prompt, target, expected words and method.

    records: of `scopes.explanation.explain`, with their `model`. `probability`: of the explained token,
    if it is one; `rank` of the words among so many `sources`, under the method and `by_distance` alone;
    `comes_out`, and `spread` over `spread_tokens` tokens of all expected words of the target, as
    docs/scopes.md defines them.
    """
    rows = [row for record in records for row in _rows(record)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(record: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for explanation in record["explanations"]:
        explained, expected = explanation["explained"], explanation["expected"]
        for one in expected:
            for method in record["methods"]:
                yield {
                    "model": record["model"],
                    "prompt": record["prompt"],
                    "target": explanation["target"],
                    "probability": explained[0]["probability"] if len(explained) == 1 else None,
                    "words": one["words"],
                    "method": method,
                    "rank": one["rank"][method],
                    "sources": explanation["position"] + 1,
                    "by_distance": one["by_distance"],
                    "comes_out": one["comes_out"][method],
                    "spread": explanation["spread"].get(method),
                    "spread_tokens": len({k for each in expected for k in each["tokens"]}),
                }
