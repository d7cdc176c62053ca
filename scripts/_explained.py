"""What the jobs on passages share: their predictions, the begin-of-text token, and the model."""

from transformers.utils import logging

from token_influence.attribution.passages import read_passages
from token_influence.attribution.prompts import predictions_of
from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.sources.cache import ensure_source


class Explained:
    """The predictions that a job explains, read from the sources of its passages and of its model."""

    def __init__(self, snakemake):
        params = snakemake.params
        self.settings = params.influence
        make_reproducible(self.settings["torch_threads"])
        manifest = read_json(snakemake.input.manifest)
        self.folder = ensure_checkpoint(Recipe(**params.recipe), manifest)
        self.tokenizer = load_tokenizer(self.folder)
        self.begin_of_text_id = begin_of_text_id(self.tokenizer)
        manifest = read_json(snakemake.input.passages)
        self.root = ensure_source(params.source, params.folder, manifest)
        self.data, self.reader = params.data, params.passages["reader"]
        passages = read_passages(root=self.root, **params.passages)
        self.numbers = [passage.number for passage in passages]
        self.predictions = predictions_of(passages, self.tokenizer, self.data)

    def model(self, **weights):
        """The model, as the configuration's section `influence` says; weights: as for `load_model`."""
        logging.disable_progress_bar()  # of loading weights
        names = ("device", "attention", "dtype")
        settings = {name: self.settings[name] for name in names}
        return load_model(self.folder, **settings, **weights)
