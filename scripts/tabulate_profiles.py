"""Write the profiles that the figures show as one flat table.

input: profiles (every arm and objective)
params: profiles (for each input, in its order: {model, weights, corpus, order, objective});
skip_sources, code
output: profiles (CSV)
"""

from _job import job

import pandas as pd

from token_influence.files import atomic
from token_influence.tables.decay import labelled, profiles_table


def main(snakemake) -> None:
    params = snakemake.params
    profiles = labelled(map(pd.read_parquet, snakemake.input), params.profiles)
    with atomic(snakemake.output[0]) as path:
        table = profiles_table(profiles, params.skip_sources)
        table.to_csv(path, index=False, lineterminator="\n")


with job(snakemake):
    main(snakemake)
