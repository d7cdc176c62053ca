"""Draw the error of the gradient's predictions, the linearity radius, and the effect of interventions.

input: errors, radius, effects, fits (tables) · output: svg, png of each of linearity and interventions
"""

from _job import job

import pandas as pd

from token_influence.figures.response import interventions_figure, linearity_figure
from token_influence.figures.style import save

with job(snakemake):
    errors, radius, effects, fits = (
        pd.read_csv(snakemake.input[name]) for name in ("errors", "radius", "effects", "fits")
    )
    output = snakemake.output
    save(linearity_figure(errors, radius), output.linearity_svg, output.linearity_png)
    figure = interventions_figure(effects, fits)
    save(figure, output.interventions_svg, output.interventions_png)
