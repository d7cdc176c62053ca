"""Draw one arm's median profiles under every objective measured on it.

input: profiles, decay (one file per objective, in one order, the reference first)
params: size, headline {range, skip_sources}, interval · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.objectives import objectives_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json


def main(snakemake) -> None:
    figure = objectives_figure(
        [pd.read_parquet(path) for path in snakemake.input.profiles],
        [read_json(path) for path in snakemake.input.decay],
        snakemake.params.headline,
        snakemake.params.interval,
        SIZES[snakemake.params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


with job(snakemake):
    main(snakemake)
