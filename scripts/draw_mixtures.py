"""Draw the share of predictions that the power law fits better, beside the simulated shares.

input: mixtures (results/tables/mixtures.csv) · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.mixtures import mixtures_figure
from token_influence.figures.style import save

with job(snakemake):
    figure = mixtures_figure(pd.read_csv(snakemake.input.mixtures))
    save(figure, snakemake.output.svg, snakemake.output.png)
