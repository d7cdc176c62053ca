"""Draw one arm's and objective's median profile with both fits.

input: profile, decay · params: size, headline {range, skip_sources}, interval · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.profile import profile_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json


def main(snakemake) -> None:
    figure = profile_figure(
        pd.read_parquet(snakemake.input.profile),
        read_json(snakemake.input.decay),
        snakemake.params.headline,
        snakemake.params.interval,
        SIZES[snakemake.params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


with job(snakemake):
    main(snakemake)
