"""Draw which methods notice that a model's weights are random.

input: sanity (results/tables/faithfulness_sanity.csv) · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.sanity import sanity_figure
from token_influence.figures.style import save

with job(snakemake):
    table = pd.read_csv(snakemake.input.sanity, dtype={"layers": str})
    save(sanity_figure(table), snakemake.output.svg, snakemake.output.png)
