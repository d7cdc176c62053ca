"""What the jobs that change inputs share: the model, the windows of a part, and begin-of-text."""

from _job import provenance

import pandas as pd
from transformers.utils import logging

from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.parquet import read_provenance


class Responding:
    """The model of a job, in float32, the windows whose inputs it changes, and its provenance."""

    def __init__(self, snakemake):
        params, settings = snakemake.params, snakemake.params.influence
        make_reproducible(settings["torch_threads"])
        logging.disable_progress_bar()  # of loading weights
        folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
        kernel = {"device": settings["device"], "attention": settings["attention"]}
        self.model = load_model(folder, weights=params.weights, seed=params.seed, **kernel)
        self.windows = pd.read_parquet(snakemake.input.windows)
        self.bos_id = read_provenance(snakemake.input.windows)["begin_of_text_id"]
        self.origin = provenance(snakemake) | {"device": self.model.device.type}
        part = self.origin["config"].pop("part")  # which changes no number
        if part is not None:
            within = self.windows["window"].between(part["first"], part["last"])
            self.windows = self.windows[within]
