"""Write fits, comparison and losses of every training checkpoint as one table.

input: decay, predictions (CSV), trainings (JSON)
params: headline {range, skip_sources}, models (for each file of input.trainings, in its order),
held_out ({corpus: the corpus that it is the held-out part of}) · output: emergence (CSV)
"""

from _job import job

import pandas as pd

from token_influence.files import read_json
from token_influence.tables.csv import write_csv
from token_influence.tables.emergence import FOLLOWED, appearance, emergence_table


def main(snakemake, log) -> None:
    source, params = snakemake.input, snakemake.params
    table = emergence_table(
        pd.read_csv(source.decay),
        pd.read_csv(source.predictions),
        params.headline,
        dict(zip(params.models, map(read_json, source.trainings), strict=True)),
        params.held_out,
    )
    for profile, rows in table.groupby(FOLLOWED, sort=False):
        log.write(f"{'/'.join(profile)}: the power law holds from step {appearance(rows)} on\n")
    write_csv(table, snakemake.output[0])


with job(snakemake) as log:
    main(snakemake, log)
