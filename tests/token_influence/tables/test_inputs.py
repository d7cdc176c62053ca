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


def test_corpora_table_counts_text_windows_and_authors():
    texts = pd.DataFrame(
        {"document_id": ["a", "b", "c"], "author": ["X Y", "Z", None], "text": ["abc", "déf g", ""]}
    )
    windows = pd.DataFrame(
        {
            "corpus": "c",
            "model": ["m", "m", "m", "n", "n", "n", "n", "n", "n", "n", "n"],
            "document_id": ["a", "b", "c", "c", "b", "b", "b", "b", "a", "a", "a"],
            "corpus_tokens": [7, 7, 7, 9, 9, 9, 9, 9, 9, 9, 9],
        }
    )
    table = corpora_table({"c": {"licence": "free", "source": "here"}}, {"c": texts}, windows)
    shared = {"documents": 3, "characters": 8, "authors": 2, "licence": "free", "source": "here"}
    equal = "X Y 33.3 %, Z 33.3 %, not known 33.3 %"
    differing = "Z 50 %, X Y 37.5 %, not known 12.5 %"
    assert table.to_dict("records") == [
        {
            "corpus": "c",
            "model": "m",
            "tokens": 7,
            "windows": 3,
            "windows_by_author": equal,
            **shared,
        },
        {"corpus": "c", "model": "n", "tokens": 9, "windows": 8, "windows_by_author": differing}
        | shared,
    ]
