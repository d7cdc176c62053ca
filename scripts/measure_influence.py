"""Measure the influence of earlier tokens on the predictions at the positions of the windows.

A job measures all windows, or a part of them (params.part), for the same numbers.

input: windows, manifest, in other arithmetic than float32 precision (of check_precision)
params: weights, seed, objectives, part (None, or a mapping with first, last and windows_per_job),
    influence (the configuration's section), recipe, code
output: influence, predictions
"""

from math import gcd

from _job import job, provenance

import pandas as pd
from transformers.utils import logging

from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.influence.measure import measure
from token_influence.influence.memory import plan
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.models.weights import stored_dtypes
from token_influence.parquet import read_provenance, write_parquet
from token_influence.progress import progress


def main(snakemake, log) -> None:
    params, settings = snakemake.params, snakemake.params.influence
    make_reproducible(settings["torch_threads"])
    logging.disable_progress_bar()  # of loading weights; ours shows the windows
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    kernel = {"device": settings["device"], "attention": settings["attention"]}
    model = load_model(
        folder, weights=params.weights, seed=params.seed, dtype=settings["dtype"], **kernel
    )
    windows = pd.read_parquet(snakemake.input.windows)
    bos_id = read_provenance(snakemake.input.windows)["begin_of_text_id"]
    origin = provenance(snakemake) | {"device": model.device.type}
    part = origin["config"].pop("part", None)  # which changes no number
    if params.weights != "random":
        origin["stored_dtypes"] = stored_dtypes(folder)
    if settings["dtype"] != "float32":
        origin["precision"] = read_json(snakemake.input.precision)
    limit = snakemake.resources.mem_mb * 1_000_000
    planned = plan(model, windows, bos_id=bos_id, limit=limit)  # the same for all parts
    origin["batch_size"] = batch_size = planned.batch_size
    if part is not None:
        # A power of two that divides the size of a part, so that parts end where batches do.
        origin["batch_size"] = batch_size = gcd(batch_size, part["windows_per_job"])
        windows = windows[windows["window"].between(part["first"], part["last"])]
    log.write(f"{len(windows)} windows, {settings['dtype']} on {model.device}: {planned}\n")
    with progress(len(windows), str(snakemake.wildcards), log) as advance:
        result = measure(
            model,
            windows,
            params.objectives,
            bos_id=bos_id,
            on_window=advance,
            batch_size=batch_size,
            recompute=planned.recompute,
        )
    write_parquet(result.influence, snakemake.output.influence, origin)
    write_parquet(result.predictions, snakemake.output.predictions, origin)


with job(snakemake) as log:
    main(snakemake, log)
