"""Put the tokens of one seed's intact windows into the order of a control.

input: intact (windows), unigram (counts of the corpus's tokens, for the order that needs them)
params: order, text (the corpus's name), seed, code · output: windows
"""

from _job import job, provenance

import pandas as pd

from token_influence.parquet import read_provenance, write_parquet
from token_influence.windows.orders import reorder_windows

with job(snakemake):
    source, params = snakemake.input, snakemake.params
    unigram = pd.read_parquet(source.unigram) if source.unigram else None
    windows = pd.read_parquet(source.intact)
    reordered = reorder_windows(windows, params.order, params.text, params.seed, unigram)
    facts = {"begin_of_text_id": read_provenance(source.intact)["begin_of_text_id"]}
    write_parquet(reordered, snakemake.output[0], provenance(snakemake) | facts)
