"""Draw single predictions' profiles of one arm and objective under their median.

input: influence (one file per seed), profile · params: size, headline {range, skip_sources}
wildcards: model, weights, corpus, order, objective · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.individual import individual_figure
from token_influence.figures.style import SIZES, save
from token_influence.profiles.reading import read_influence


def main(snakemake) -> None:
    objective = snakemake.wildcards.objective
    figure = individual_figure(
        [read_influence(path, objective) for path in snakemake.input.influence],
        pd.read_parquet(snakemake.input.profile),
        snakemake.wildcards,
        snakemake.params.headline["skip_sources"],
        SIZES[snakemake.params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


with job(snakemake):
    main(snakemake)
