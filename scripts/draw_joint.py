"""Draw where p and γ of every power law lie together.

input: decay (every arm and objective) · params: size, headline {range, skip_sources}, interval ·
output: svg, png
"""

from _job import job

from token_influence.figures.joint import joint_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json

with job(snakemake):
    records = [read_json(path) for path in snakemake.input.decay]
    figure = joint_figure(
        records, snakemake.params.headline, snakemake.params.interval, SIZES[snakemake.params.size]
    )
    save(figure, snakemake.output.svg, snakemake.output.png)
