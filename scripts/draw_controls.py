"""Draw the arms of one model and corpus side by side, with their mean loss.

input: profiles, decay (one file per arm, in one order), predictions (every seed of those arms)
params: size, headline {range, skip_sources}, interval; predictions (for each file of input.predictions,
in its order: {model, weights, corpus, order, seed}); orders (for the caption) · output: svg, png
"""

from _job import job

import pandas as pd

from token_influence.figures.controls import controls_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json
from token_influence.tables.arms import ARM, labelled
from token_influence.tables.measured import predictions_table


def main(snakemake) -> None:
    frames = [pd.read_parquet(path) for path in snakemake.input.predictions]
    losses = predictions_table(labelled(frames, snakemake.params.predictions)).set_index(ARM)
    records = [read_json(path) for path in snakemake.input.decay]
    figure = controls_figure(
        [pd.read_parquet(path) for path in snakemake.input.profiles],
        records,
        [losses.loc[tuple(record["arm"][key] for key in ARM)] for record in records],
        snakemake.params.headline,
        snakemake.params.interval,
        SIZES[snakemake.params.size],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


with job(snakemake):
    main(snakemake)
