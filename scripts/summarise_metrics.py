"""Write the few headline numbers by which versions are compared.

input: decay, predictions, verdicts (CSV) · params: headline {range, skip_sources} · output: metrics.json
"""

from _job import job

import pandas as pd

from token_influence.files import write_json
from token_influence.tables.metrics import compared, summarise


def main(snakemake) -> None:
    metrics = summarise(
        pd.read_csv(snakemake.input.decay),
        pd.read_csv(snakemake.input.predictions),
        snakemake.params.headline,
    )
    write_json(compared(metrics, pd.read_csv(snakemake.input.verdicts)), snakemake.output[0])


with job(snakemake):
    main(snakemake)
