"""Write how the expected words of all prompts stand as one flat table.

input: the record of each prompt (JSON) · params: number (of records), code · output: scopes (CSV)
"""

from _job import job

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.scopes import scopes_table

with job(snakemake):
    records = map(read_json, snakemake.input[: snakemake.params.number])
    write_csv(scopes_table(records), snakemake.output[0])
