"""Draw where the influence of an arm comes from.

input: shares (JSON) · params: size, words (of the order, for the caption), code · output: svg, png
"""

from _job import job

from token_influence.figures.source_classes import source_classes_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json

with job(snakemake):
    figure = source_classes_figure(read_json(snakemake.input.shares), SIZES[snakemake.params.size])
    save(figure, snakemake.output.svg, snakemake.output.png)
