"""Write the shares of the classes of source tokens as one flat table.

input: the shares of each arm (JSON), and the record · params: number (of arms), code
output: source_classes (CSV)
"""

from _job import job

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.source_classes import source_classes_table

with job(snakemake):
    records = map(read_json, snakemake.input[: snakemake.params.number])
    write_csv(source_classes_table(records), snakemake.output[0])
