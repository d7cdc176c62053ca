"""Merge the parts of an arm and seed into the files that one job would have written.

input: influence, predictions (one file for each part, in the order of the windows)
params: code
output: influence, predictions
"""

from _job import job

from token_influence.influence.parts import merge_parts


def main(snakemake, log) -> None:
    for name in ("influence", "predictions"):
        rows = merge_parts(snakemake.input[name], snakemake.output[name])
        log.write(f"{name}: {len(snakemake.input[name])} parts, {rows} rows\n")


with job(snakemake) as log:
    main(snakemake, log)
