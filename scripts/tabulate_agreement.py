"""Write how well influence ranks the tokens whose removal changes a prediction most.

input: the sources (one file for each of params.measured), and the record
params: measured (arm and seed of each file), bootstrap, code
output: agreement (CSV)
"""

from _job import job

from _measured import read_measured

from token_influence.decay.settings import Bootstrap
from token_influence.response.agreement import agreement_table
from token_influence.tables.arms import ARM
from token_influence.tables.csv import write_csv

with job(snakemake):
    measured = snakemake.params.measured
    sources = read_measured(snakemake.input[: len(measured)], measured)
    table = agreement_table(sources, ARM, Bootstrap(**snakemake.params.bootstrap))
    write_csv(table, snakemake.output[0])
