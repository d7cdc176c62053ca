"""What was measured: the table of models and the table of corpora."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

SIZES = ["architecture", "parameters", "layers", "width", "heads", "context", "vocabulary", "tied"]
ORIGIN = ["quantisation", "revision", "licence"]


def models_table(manifests: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """One row per model: its sizes and its origin, from the manifest of its trained checkpoint.

    manifests: by the model's name.
    """
    rows = [
        {
            "model": model,
            **{key: manifest["facts"][key] for key in SIZES},
            **{key: manifest[key] for key in ORIGIN},
        }
        for model, manifest in manifests.items()
    ]
    return pd.DataFrame(rows)


def corpora_table(
    corpora: Mapping[str, Mapping[str, str]],
    documents: Mapping[str, pd.DataFrame],
    windows: pd.DataFrame,
) -> pd.DataFrame:
    """One row per corpus and model that reads it: documents, characters, tokens, windows, origin.

    corpora: `licence` and `source` by corpus; documents: the columns `document_id`, `author` and `text`
    of each corpus; windows: one row per intact window, with `model`, `corpus`, `document_id` and
    `corpus_tokens` (the number of tokens in the corpus, as the model's tokenizer counts them).

    `authors` is the number of known authors of the windows, and `windows_by_author` their shares of
    the windows.
    """
    rows = []
    pairs = windows[["corpus", "model"]].drop_duplicates().itertuples(index=False, name=None)
    for corpus, model in pairs:
        drawn = windows[(windows["corpus"] == corpus) & (windows["model"] == model)]
        texts = documents[corpus]
        authors = drawn["document_id"].map(texts.set_index("document_id")["author"])
        rows.append(
            {
                "corpus": corpus,
                "model": model,
                "documents": len(texts),
                "characters": int(texts["text"].str.len().sum()),
                "tokens": int(drawn["corpus_tokens"].iloc[0]),
                "windows": len(drawn),
                "authors": authors.nunique(),
                "windows_by_author": _shares(authors),
                **corpora[corpus],
            }
        )
    return pd.DataFrame(rows)


def _shares(authors: pd.Series) -> str:
    """The share of each author, as in `A 60 %, B 40 %`: the largest first, equal ones by name."""
    shares = authors.fillna("not known").value_counts(normalize=True)
    ordered = sorted(shares.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{author} {100 * share:.3g} %" for author, share in ordered)
