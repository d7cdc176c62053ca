"""Draw which methods notice that a model's weights are random.

input: sanity (results/tables/faithfulness_sanity.csv) · params: size · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.sanity import sanity_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    table = pd.read_csv(snakemake.input.sanity, dtype={"layers": str})
    figure = sanity_figure(table, SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
