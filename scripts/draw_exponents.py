"""Draw every power-law exponent of the study with its interval.

input: decay (results/tables/decay.csv) · params: size, interval · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.exponents import exponents_figure
from token_influence.figures.style import SIZES, save
from token_influence.tables.arms import without_steps

with job(snakemake):
    decay = without_steps(pd.read_csv(snakemake.input.decay))
    figure = exponents_figure(decay, snakemake.params.interval, SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
