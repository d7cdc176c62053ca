"""Draw how the power-law exponents move with the limits of the fitted range.

input: sweep (results/tables/sweep.csv) · params: size, skip_sources, interval · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.style import SIZES, save
from token_influence.figures.sweep import sweep_figure
from token_influence.tables.arms import without_steps

with job(snakemake):
    sweep = without_steps(pd.read_csv(snakemake.input.sweep))
    figure = sweep_figure(
        sweep,
        snakemake.params.skip_sources,
        snakemake.params.interval,
        SIZES[snakemake.params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)
