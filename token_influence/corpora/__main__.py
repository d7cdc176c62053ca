"""Show what a corpus holds: `python -m token_influence.corpora resources/corpora/NAME.parquet`."""

import argparse
import sys

import pandas as pd

from token_influence.errors import CorpusError
from token_influence.untrusted import reading

EXCERPT = 300  # characters


def main(path: str) -> None:
    """Print the size of the corpus at `path` and the beginning of three of its documents."""
    with reading(f"The corpus {path}", CorpusError):
        corpus = pd.read_parquet(path, columns=["title", "text", "document_id"])
    print(f"{len(corpus)} documents, {corpus['text'].str.len().sum()} characters")
    for row in sorted({0, len(corpus) // 2, len(corpus) - 1}):
        document = corpus.iloc[row]
        print(f"\n--- {document['document_id']}: {document['title']}\n{document['text'][:EXCERPT]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m token_influence.corpora", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="a corpus of a study")
    try:
        main(parser.parse_args().file)
    except CorpusError as error:
        sys.exit(str(error))
