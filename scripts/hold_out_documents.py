"""Write the documents of a corpus that a training keeps out, as a corpus of their own.

input: the corpus · params: corpus (its name), share, seed · output: the documents
"""

from _job import job, provenance

import pandas as pd

from token_influence.parquet import write_parquet
from token_influence.training.held_out import held_out

with job(snakemake) as log:
    params = snakemake.params
    documents = pd.read_parquet(snakemake.input[0])
    kept = documents[held_out(documents, params.corpus, params.share, params.seed)]
    log.write(f"{len(kept)} of {len(documents)} documents held out\n")
    write_parquet(kept, snakemake.output[0], provenance(snakemake))
