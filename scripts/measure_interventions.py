"""Replace, blank or swap single tokens before predictions, and measure the effect.

input: windows (of one seed), tokens (the intact windows of all seeds, whose tokens replace others),
manifest
params: weights, seed, part (None, or a mapping with first and last), interventions (windows,
predictions, distances, interventions), influence (the configuration's section), recipe, code
output: one row for each prediction, distance and intervention
"""

from _job import job

import numpy as np
import pandas as pd
from _responding import Responding

from token_influence.parquet import write_parquet
from token_influence.response.interventions import measure_interventions
from token_influence.response.predictions import chosen


def main(snakemake, log) -> None:
    responding, wanted = Responding(snakemake), snakemake.params.interventions
    drawn = [pd.read_parquet(path)["token_ids"] for path in snakemake.input.tokens]
    tokens = np.concatenate(pd.concat(drawn).to_list())
    table = measure_interventions(
        responding.model,
        chosen(responding.windows, wanted["windows"], wanted["predictions"], responding.bos_id),
        wanted["interventions"],
        wanted["distances"],
        tokens,
        snakemake.params.seed,
    )
    write_parquet(table, snakemake.output[0], responding.origin)
    log.write(f"{len(table)} interventions on {responding.model.device}\n")


with job(snakemake) as log:
    main(snakemake, log)
