"""Write the differences between an arm's objectives as one flat table.

input: the differences of each arm and objective (JSON), and the record · params: number (of files), code
output: objectives (CSV)
"""

from _job import job

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.decay import objectives_table

with job(snakemake):
    differences = map(read_json, snakemake.input[: snakemake.params.number])
    write_csv(objectives_table(differences), snakemake.output[0])
