"""Draw the error of the gradient's predictions, the linearity radius, and the effect of interventions.

input: errors, radius, effects, fits (tables) · params: size ·
output: svg, png of each of linearity and interventions
"""

from _job import job

import pandas as pd

from token_influence.figures.response import interventions_figure, linearity_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    errors, radius, effects, fits = (
        pd.read_csv(snakemake.input[name]) for name in ("errors", "radius", "effects", "fits")
    )
    output, size = snakemake.output, SIZES[snakemake.params.size]
    save(linearity_figure(errors, radius, size), output.linearity_svg, output.linearity_png)
    figure = interventions_figure(effects, fits, size)
    save(figure, output.interventions_svg, output.interventions_png)
