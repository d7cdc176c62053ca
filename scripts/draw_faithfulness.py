"""Draw how faithful each method is by the area over its ablation curve.

input: faithfulness (results/tables/faithfulness.csv) · params: size · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.faithfulness import faithfulness_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    table = pd.read_csv(snakemake.input.faithfulness)
    save(
        faithfulness_figure(table, SIZES[snakemake.params.size]),
        snakemake.output.svg,
        snakemake.output.png,
    )
