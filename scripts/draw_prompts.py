"""Show explained prompts: a page that needs no network, and a figure.

input: records (JSON) · params: size, templates {file name: text} · output: html, svg, png
"""

from _job import job

from token_influence.figures.scope import scope_figure
from token_influence.figures.style import SIZES, save
from token_influence.files import read_json
from token_influence.page.prompts import prompt_page
from token_influence.page.render import write_page


def main(snakemake) -> None:
    output = snakemake.output
    for record, html, svg, png in zip(
        map(read_json, snakemake.input.records), output.html, output.svg, output.png, strict=True
    ):
        write_page(prompt_page(snakemake.params.templates, record), html)
        save(scope_figure(record, SIZES[snakemake.params.size]), svg, png)


with job(snakemake):
    main(snakemake)
