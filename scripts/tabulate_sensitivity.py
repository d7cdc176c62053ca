"""Write how the fits depend on the choices of the analysis as one table.

input: variants (results/sensitivity, every arm and objective) · output: sensitivity (CSV)
"""

from _job import job

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.sensitivity import sensitivity_table

with job(snakemake):
    records = [read_json(path) for path in snakemake.input.variants]
    write_csv(sensitivity_table(records), snakemake.output[0])
