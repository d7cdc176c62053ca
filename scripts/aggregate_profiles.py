"""Aggregate one arm and objective into median, mean and quantiles by distance.

input: influence (one file per seed, in the order of params.seeds)
params: objective, seeds, skip_sources, code
output: the profiles (parquet)
"""

from _job import job, provenance

from token_influence.parquet import write_parquet
from token_influence.profiles.aggregate import aggregate
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_profiles


def main(snakemake, log) -> None:
    params = snakemake.params
    with naming_arm("/".join(snakemake.wildcards)):
        profiles = read_profiles(snakemake.input.influence, params.seeds, params.objective)
        frame = aggregate(profiles, params.skip_sources)
    write_parquet(frame, snakemake.output[0], provenance(snakemake))
    predictions = sum(len(of_seed.windows) for of_seed in profiles)
    log.write(f"{predictions} predictions, {len(frame)} rows\n")


with job(snakemake) as log:
    main(snakemake, log)
