"""Write the tests of single predictions as one flat table.

input: the test of each arm (JSON), and the record · params: number (of tests), code
output: mixtures (CSV)
"""

from _job import job

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.mixtures import mixtures_table

with job(snakemake):
    tests = map(read_json, snakemake.input[: snakemake.params.number])
    write_csv(mixtures_table(tests), snakemake.output[0])
