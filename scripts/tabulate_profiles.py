"""Write the profiles that the figures show as one flat table.

input: profiles (every arm and objective)
params: profiles (for each input, in its order: {model, weights, corpus, order, objective});
skip_sources, code
output: profiles (CSV)
"""

from _job import job

import pandas as pd

from token_influence.tables.arms import labelled
from token_influence.tables.csv import write_csv
from token_influence.tables.measured import profiles_table


def main(snakemake) -> None:
    params = snakemake.params
    profiles = labelled(map(pd.read_parquet, snakemake.input), params.profiles)
    write_csv(profiles_table(profiles, params.skip_sources), snakemake.output[0])


with job(snakemake):
    main(snakemake)
