"""Draw the share of predictions that the power law fits better, beside the simulated shares.

input: mixtures (results/tables/mixtures.csv) · params: size · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.mixtures import mixtures_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    figure = mixtures_figure(pd.read_csv(snakemake.input.mixtures), SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
