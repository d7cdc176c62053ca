"""Draw how a model's decay and losses change in the course of its training.

input: emergence, profiles (CSV) · params: size, model, headline {range, skip_sources}, interval ·
output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.emergence import emergence_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    params = snakemake.params
    emergence, profiles = map(pd.read_csv, (snakemake.input.emergence, snakemake.input.profiles))
    figure = emergence_figure(
        emergence[emergence["model"] == params.model],
        profiles[profiles["model"] == params.model],
        params.headline,
        params.interval,
        SIZES[params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)
