"""Check that other arithmetic is faster than float32 here, and measures the same decay on some windows.

input: windows, manifest · params: as those of measure_influence · output: the records (JSON)
"""

from functools import partial

from _job import job

import pandas as pd
from transformers.utils import logging

from token_influence.files import read_json, write_json
from token_influence.influence.determinism import make_reproducible
from token_influence.influence.memory import plan
from token_influence.influence.precision import Bounds, check_precision, describe
from token_influence.influence.speed import refuse_slow
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.parquet import read_provenance


def main(snakemake, log) -> None:
    params, settings = snakemake.params, snakemake.params.influence
    make_reproducible(settings["torch_threads"])
    if not settings.get("slow_bfloat16"):
        refuse_slow(settings["dtype"], settings["device"], "set influence.slow_bfloat16: true")
    logging.disable_progress_bar()  # of loading weights
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    kernel = {"device": settings["device"], "attention": settings["attention"]}
    load = partial(load_model, folder, weights=params.weights, seed=params.seed, **kernel)
    bounds = dict(settings["precision"])
    windows = pd.read_parquet(snakemake.input.windows).head(bounds.pop("windows"))
    exact, fast = load(dtype="float32"), load(dtype=settings["dtype"])
    bos_id = read_provenance(snakemake.input.windows)["begin_of_text_id"]
    limit = snakemake.resources.mem_mb * 1_000_000
    recompute = plan(exact, windows, bos_id=bos_id, limit=limit).recompute
    records = check_precision(
        exact,
        fast,
        windows,
        params.objectives,
        bos_id=bos_id,
        bounds=Bounds(**bounds),
        recompute=recompute,
    )
    log.writelines(f"{describe(record)}\n" for record in records)
    write_json(records, snakemake.output[0])


with job(snakemake) as log:
    main(snakemake, log)
