"""Draw how p and γ move when one choice of the analysis is changed.

input: sensitivity (results/tables/sensitivity.csv) · params: size, interval · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.sensitivity import sensitivity_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    # As text, also where all values of a small study are numbers.
    table = pd.read_csv(snakemake.input.sensitivity, dtype={"value": str})
    figure = sensitivity_figure(table, snakemake.params.interval, SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
