"""Build the page of the study, with copies of the figures that it shows beside it.

input: tables (CSV), figures (SVG), scopes (pages of prompts), influence and profile (Parquet) and decay
(JSON) of one arm, whose provenance is shown
params: templates {file name: text}; captions {kind of figure: reStructuredText}; figures: the path of
each below the folder of figures, without suffix; scopes: [model, prompt] of each page of a prompt;
study: the configuration as captions and the page read it; code
output: page (HTML), figures (SVG, in the order of input.figures)
"""

import os.path
from pathlib import Path

from _job import job

import pandas as pd

from token_influence.files import atomic, read_json
from token_influence.page.plotting import plotting_script
from token_influence.page.render import write_page
from token_influence.page.results import Results
from token_influence.page.study import study_page
from token_influence.parquet import read_provenance


def provenance(source) -> dict:
    """Code and library versions of each stage, from the files that carry them."""
    return {
        "influence": read_provenance(source.influence),
        "profiles": read_provenance(source.profile),
        "fits": read_json(source.decay)["provenance"],
    }


def copy(source: str, target: str) -> None:
    with atomic(target) as temporary:
        temporary.write_bytes(Path(source).read_bytes())


def main(snakemake) -> None:
    source, params, output = snakemake.input, snakemake.params, snakemake.output
    folder = Path(output.page).parent
    beside = [os.path.relpath(path, folder) for path in output.figures]
    pages = [os.path.relpath(path, folder) for path in source.scopes]
    results = Results(
        tables={Path(path).stem: pd.read_csv(path) for path in source.tables},
        figures=dict(zip(params.figures, beside, strict=True)),
        captions=params.captions,
        study=params.study,
        scopes=dict(zip(map(tuple, params.scopes), pages, strict=True)),
        provenance=provenance(source),
    )
    for figure, target in zip(source.figures, output.figures, strict=True):
        copy(figure, target)
    write_page(study_page(params.templates, plotting_script(), results), output.page)


with job(snakemake):
    main(snakemake)
