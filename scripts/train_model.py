"""Train a small model on the documents that are not held out, and judge every checkpoint.

input: corpora (one file per corpus of params.training, in its order)
params: training (the configuration's section), context, folder (of the checkpoints), code
output: the record of the training (JSON)
"""

from pathlib import Path

from _job import job, provenance

import pandas as pd
import torch
from transformers.utils import logging

from token_influence.files import write_json
from token_influence.training.data import prepare
from token_influence.training.record import record
from token_influence.training.run import Settings, forget, train


def main(snakemake, log) -> None:
    params, training = snakemake.params, dict(snakemake.params.training)
    torch.set_num_threads(training.pop("torch_threads"))
    logging.disable_progress_bar()  # of loading weights; ours shows the steps
    frames = [pd.read_parquet(p, columns=["document_id", "text"]) for p in snakemake.input.corpora]
    material = prepare(
        dict(zip(training.pop("corpora"), frames, strict=True)),
        **training.pop("held_out"),
        vocabulary=training.pop("vocabulary"),
        length=params.context,
        seed=training["seed"],
    )
    log.write(f"{material.sequences.size} tokens to learn from, in sequences of {params.context}\n")
    settings, folder = Settings(context=params.context, **training), Path(params.folder)
    train(settings, material.sequences, material.tokenizer, folder, provenance(snakemake), log)
    result = record(material, settings, folder)
    write_json({"provenance": provenance(snakemake), **result}, snakemake.output[0])
    forget(folder)
    for name, entry in result["checkpoints"].items():
        losses = ", ".join(f"{key} {each['loss']:.3f}" for key, each in entry["held_out"].items())
        log.write(f"{name}: held-out loss in nats per token: {losses}\n")


with job(snakemake) as log:
    main(snakemake, log)
