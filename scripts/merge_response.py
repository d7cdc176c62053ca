"""Merge the parts of an arm and seed into the file that one job would have written.

input: one file for each part, in the order of the windows
params: code
output: all rows
"""

from _job import job

from token_influence.influence.parts import merge_parts


def main(snakemake, log) -> None:
    rows = merge_parts(snakemake.input, snakemake.output[0])
    log.write(f"{len(snakemake.input)} parts, {rows} rows\n")


with job(snakemake) as log:
    main(snakemake, log)
