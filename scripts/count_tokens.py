"""Count the tokens of a corpus.

input: corpus, manifest (of the model's trained checkpoint) · params: recipe, code
output: each token with its count and its text (Parquet)
"""

from _job import job, provenance

import pandas as pd

from token_influence.corpora.tokens import tokenise
from token_influence.corpora.unigram import count_tokens
from token_influence.files import read_json
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.tokenizers import load_tokenizer
from token_influence.parquet import write_parquet

with job(snakemake) as log:
    recipe = Recipe(**snakemake.params.recipe)
    tokenizer = load_tokenizer(ensure_checkpoint(recipe, read_json(snakemake.input.manifest)))
    corpus = tokenise(pd.read_parquet(snakemake.input.corpus), tokenizer)
    counts = count_tokens(corpus, tokenizer)
    write_parquet(counts, snakemake.output[0], provenance(snakemake))
    log.write(f"{corpus.tokens.size} tokens, {len(counts)} different ones\n")
