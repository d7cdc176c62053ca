"""Judge the published claims by the rules of docs/verdicts.md.

input: decay, predictions (CSV) · params: headline {range, skip_sources} · output: verdicts (CSV)
"""

from _job import job

import pandas as pd

from token_influence.claims.verdicts import verdicts_table
from token_influence.tables.csv import write_csv


def main(snakemake, log) -> None:
    source = snakemake.input
    table = verdicts_table(
        pd.read_csv(source.decay), pd.read_csv(source.predictions), snakemake.params.headline
    )
    write_csv(table, snakemake.output[0])
    for row in table[table["model"] == "all"].to_dict("records"):
        log.write(f"{row['claim']}, {row['objective']}: {row['verdict']} ({row['why']})\n")


with job(snakemake) as log:
    main(snakemake, log)
