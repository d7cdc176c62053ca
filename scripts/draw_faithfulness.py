"""Draw how faithful each method is by the area over its ablation curve.

input: faithfulness (results/tables/faithfulness.csv) · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.faithfulness import faithfulness_figure
from token_influence.figures.style import save

with job(snakemake):
    table = pd.read_csv(snakemake.input.faithfulness)
    save(faithfulness_figure(table), snakemake.output.svg, snakemake.output.png)
