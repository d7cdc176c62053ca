"""Aggregate one arm and objective into median, mean and quantiles by distance.

input: influence (one file per seed, in the order of params.seeds)
params: objective, seeds, skip_sources, code
output: the profiles (parquet)
"""

from _job import job, provenance

import pandas as pd

from token_influence.parquet import write_parquet
from token_influence.profiles.aggregate import (
    INFLUENCE_COLUMNS,
    about,
    aggregate,
    normalised_profiles,
)


def main(snakemake, log) -> None:
    params = snakemake.params
    chosen = [("objective", "==", params.objective)]
    with about("/".join(snakemake.wildcards)):
        profiles = [
            normalised_profiles(
                pd.read_parquet(path, columns=INFLUENCE_COLUMNS, filters=chosen), seed
            )
            for path, seed in zip(snakemake.input.influence, params.seeds, strict=True)
        ]
        frame = aggregate(profiles, params.skip_sources)
    write_parquet(frame, snakemake.output[0], provenance(snakemake))
    log.write(f"{sum(len(part.windows) for part in profiles)} predictions, {len(frame)} rows\n")


with job(snakemake) as log:
    main(snakemake, log)
