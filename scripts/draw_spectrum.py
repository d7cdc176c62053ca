"""Draw the Fisher spectra, what the first eigenvalues explain, and AOPC by rank.

input: eigenvalues (files), spectrum, faithfulness (tables) ·
params: size, names (model and data of each file) · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.spectrum import spectrum_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    given = snakemake.input
    files = zip(given.eigenvalues, snakemake.params.names, strict=True)
    eigenvalues = pd.concat([pd.read_parquet(path).assign(**names) for path, names in files])
    tables = pd.read_csv(given.spectrum), pd.read_csv(given.faithfulness)
    figure = spectrum_figure(
        eigenvalues.reset_index(drop=True), *tables, SIZES[snakemake.params.size]
    )
    save(figure, snakemake.output.svg, snakemake.output.png)
