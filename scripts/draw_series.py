"""Draw the first series of a system: the forecast beside it, the scores of each method under it.

input: scores, forecast, measures · params: size, model, system · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.series import series_figure
from token_influence.figures.style import SIZES, save

with job(snakemake):
    tables = ("scores", "forecast", "measures")
    whole = [pd.read_parquet(snakemake.input[table]) for table in tables]
    first = [table[table["series"] == 0] for table in whole]
    title = {name: snakemake.params[name] for name in ("model", "system")}
    figure = series_figure(*first, **title, size=SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
