"""Write the table of the number series: means over series with intervals.

input: measures of each model and system, in the order of the param · params: forecasts · output: CSV
"""

from _job import job

import pandas as pd

from token_influence.tables.csv import write_csv
from token_influence.tables.series import series_table

with job(snakemake):
    pairs = zip(snakemake.params.forecasts, snakemake.input.measures, strict=True)
    measures = [pd.read_parquet(path).assign(**keys) for keys, path in pairs]
    write_csv(series_table(pd.concat(measures, ignore_index=True)), snakemake.output[0])
