"""Draw one seed's windows from a tokenised corpus."""

from _job import job, provenance

import pandas as pd

from token_influence.corpora.tokens import tokenise
from token_influence.files import read_json
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.parquet import write_parquet
from token_influence.windows.draw import draw_windows

with job(snakemake) as log:
    params = snakemake.params
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    tokenizer = load_tokenizer(folder)
    documents = pd.read_parquet(snakemake.input.corpus)
    corpus = tokenise(documents, tokenizer)
    windows = draw_windows(
        corpus,
        params.text,
        params.seed,
        earlier_seeds=params.earlier_seeds,
        authors=documents.set_index("document_id")["author"].dropna().to_dict(),
        **params.windows,
    )
    log.write(f"{len(windows)} windows from {windows['document_id'].nunique()} documents\n")
    facts = {
        "corpus_tokens": int(corpus.tokens.size),
        "begin_of_text_id": begin_of_text_id(tokenizer) if params.begin_of_text else None,
    }
    write_parquet(windows, snakemake.output[0], provenance(snakemake) | facts)
