"""Set the embedding of each earlier token to zeros, one after the other, before some predictions.

input: windows (of one seed), manifest
params: weights, seed, part (None, or a mapping with first and last), every_source (windows, length),
influence (the configuration's section), recipe, code
output: one row for each prediction and source, with its influence beside the effect
"""

from _job import job

from _responding import Responding

from token_influence.parquet import write_parquet
from token_influence.response.interventions import measure_every_source
from token_influence.response.predictions import at_end


def main(snakemake, log) -> None:
    responding, wanted = Responding(snakemake), snakemake.params.every_source
    predictions = at_end(responding.windows, wanted["windows"], wanted["length"], responding.bos_id)
    table = measure_every_source(responding.model, predictions)
    write_parquet(table, snakemake.output[0], responding.origin)
    log.write(f"{len(table)} sources on {responding.model.device}\n")


with job(snakemake) as log:
    main(snakemake, log)
