"""Write the table of Fisher spectra.

input: eigenvalues (of each model and data set, in files) · params: names (model and data of each file)
output: the table (CSV)
"""

from _job import job

import pandas as pd

from token_influence.tables.csv import write_csv
from token_influence.tables.spectrum import spectrum_table

with job(snakemake):
    files = zip(snakemake.input.eigenvalues, snakemake.params.names, strict=True)
    eigenvalues = pd.concat([pd.read_parquet(path).assign(**names) for path, names in files])
    write_csv(spectrum_table(eigenvalues.reset_index(drop=True)), snakemake.output[0])
