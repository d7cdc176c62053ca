"""Write the table of the sanity check.

input: correlations (of each model, data set and method, in files) · params: names (of each file)
output: the table (CSV)
"""

from _job import job

import pandas as pd

from token_influence.tables.csv import write_csv
from token_influence.tables.sanity import sanity_table

with job(snakemake):
    files = zip(snakemake.input.correlations, snakemake.params.names, strict=True)
    correlations = pd.concat([pd.read_parquet(path).assign(**names) for path, names in files])
    write_csv(sanity_table(correlations), snakemake.output[0])
