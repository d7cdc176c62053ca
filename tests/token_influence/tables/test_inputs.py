"""Tables of what was measured with: models and corpora."""

import pandas as pd

from token_influence.tables.inputs import corpora_table, models_table


def test_models_table():
    facts = {
        "parameters": 10,
        "layers": 2,
        "width": 4,
        "heads": 1,
        "context": 64,
        "vocabulary": 100,
        "architecture": "Tiny",
        "tied": True,
    }
    manifest = {
        "revision": "tiny 0.1",
        "licence": "MIT",
        "quantisation": "Q4_1",
        "facts": facts,
        "files": {},
    }
    (row,) = models_table({"m": manifest}).to_dict("records")
    assert row == {
        "model": "m",
        **facts,
        "quantisation": "Q4_1",
        "revision": "tiny 0.1",
        "licence": "MIT",
    }


def test_corpora_table_counts_text_and_windows():
    documents = {"c": pd.DataFrame({"text": ["abc", "déf g"]})}
    windows = pd.DataFrame(
        {"corpus": "c", "model": ["m", "m", "n"], "window": [0, 1, 0], "corpus_tokens": [7, 7, 9]}
    )
    table = corpora_table({"c": {"licence": "free", "source": "here"}}, documents, windows)
    shared = {"documents": 2, "characters": 8, "licence": "free", "source": "here"}
    assert table.to_dict("records") == [
        {"corpus": "c", "model": "m", "tokens": 7, "windows": 2, **shared},
        {"corpus": "c", "model": "n", "tokens": 9, "windows": 1, **shared},
    ]
