"""Permute the tokens of one seed's intact windows."""

from _job import job, provenance

import pandas as pd

from token_influence.parquet import read_provenance, write_parquet
from token_influence.windows.orders import shuffle_windows

with job(snakemake):
    windows = pd.read_parquet(snakemake.input.intact)
    shuffled = shuffle_windows(windows, snakemake.params.text, snakemake.params.seed)
    facts = {"begin_of_text_id": read_provenance(snakemake.input.intact)["begin_of_text_id"]}
    write_parquet(shuffled, snakemake.output[0], provenance(snakemake) | facts)
