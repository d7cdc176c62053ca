"""Measure how one model continues the series of one system, and which numbers it looks back to.

input: manifest
params: system, own (values of a series of the user's own, or None), series, influence, recipe
output: scores, forecast, measures (one row for each series and what `series.measure.Measured` says)
"""

from _job import job, provenance

import pandas as pd
from transformers.utils import logging

from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.parquet import write_parquet
from token_influence.series.measure import measure
from token_influence.series.systems import series

TABLES = ("scores", "forecast", "measures")


def main(snakemake, log) -> None:
    params = snakemake.params
    settings, section = params.influence, params.series
    make_reproducible(settings["torch_threads"])
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    tokenizer = load_tokenizer(folder)
    bos_id = begin_of_text_id(tokenizer)
    logging.disable_progress_bar()  # of loading weights
    model = load_model(
        folder, **{name: settings[name] for name in ("device", "attention", "dtype")}
    )
    found = {table: [] for table in TABLES}
    for number in range(1 if params.own else section["per_system"]):
        measured = measure(
            model,
            tokenizer,
            params.own or series(params.system, number, section["seed"]),
            name=f"{params.system}/{number}",
            bos_id=bos_id,
            methods=section["methods"],
            dimension=section["dimension"],
            seed=section["seed"],
            ablated=number < section["ablated"],
            path=number < section["paths"],
        )
        for table in TABLES:
            found[table].append(getattr(measured, table).assign(series=number))
        log.write(f"series {number} on {model.device}\n")
    origin = provenance(snakemake) | {"device": model.device.type, "begin_of_text_id": bos_id}
    for table, parts in found.items():
        write_parquet(pd.concat(parts, ignore_index=True), snakemake.output[table], origin)


with job(snakemake) as log:
    main(snakemake, log)
