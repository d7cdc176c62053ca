"""Measure the influence of earlier tokens on the predictions that the windows name."""

from functools import partial

from _job import job, provenance

import pandas as pd
from transformers.utils import logging

from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.influence.measure import measure
from token_influence.influence.memory import plan
from token_influence.influence.precision import Bounds, check_precision, describe
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.models.weights import stored_dtypes
from token_influence.parquet import write_parquet
from token_influence.progress import progress


def main(snakemake, log) -> None:
    params, settings = snakemake.params, snakemake.params.influence
    make_reproducible(settings["torch_threads"])
    logging.disable_progress_bar()  # of loading weights; ours shows the windows
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    kernel = {"device": settings["device"], "attention": settings["attention"]}
    load = partial(load_model, folder, weights=params.weights, seed=params.seed, **kernel)
    model = load(dtype=settings["dtype"])
    windows = pd.read_parquet(snakemake.input.windows)
    bos_id = begin_of_text_id(load_tokenizer(folder))
    origin = provenance(snakemake) | {"device": model.device.type}
    if params.weights != "random":
        origin["stored_dtypes"] = stored_dtypes(folder)
    plan_for = partial(plan, bos_id=bos_id, limit=snakemake.resources.mem_mb * 1_000_000)
    if settings["dtype"] != "float32":
        exact, some = load(dtype="float32"), windows.head(settings["precision"]["windows"])
        origin["precision"] = agreement(
            exact, model, some, params, bos_id=bos_id, recompute=plan_for(exact, some).recompute
        )
        del exact
        log.writelines(f"{describe(record)}\n" for record in origin["precision"])

    how = plan_for(model, windows)
    origin["batch_size"] = how.batch_size
    log.write(f"{len(windows)} windows, {settings['dtype']} on {model.device}: {how}\n")
    with progress(len(windows), str(snakemake.wildcards), log) as advance:
        result = measure(
            model,
            windows,
            params.objectives,
            bos_id=bos_id,
            on_window=advance,
            batch_size=how.batch_size,
            recompute=how.recompute,
        )
    write_parquet(result.influence, snakemake.output.influence, origin)
    write_parquet(result.predictions, snakemake.output.predictions, origin)


def agreement(exact, model, windows, params, **options) -> list[dict]:
    """What `check_precision` finds within the bounds that are configured."""
    bounds = {key: params.influence["precision"][key] for key in ("profile", "exponent")}
    return check_precision(
        exact, model, windows, params.objectives, bounds=Bounds(**bounds), **options
    )


with job(snakemake) as log:
    main(snakemake, log)
