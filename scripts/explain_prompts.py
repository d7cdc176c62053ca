"""Explain the predictions of prompts: which tokens matter, by every method.

input: manifest · params: prompts {name: {title, text, chat, targets}}, methods, model, influence, recipe
output: one record for each prompt (JSON)
"""

from _job import job, provenance

from transformers.utils import logging

from token_influence.files import read_json, write_json
from token_influence.influence.determinism import make_reproducible
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import load_tokenizer
from token_influence.scopes.asked import Asked
from token_influence.scopes.explanation import explain
from token_influence.scopes.prompt import Chat


def main(snakemake) -> None:
    params = snakemake.params
    make_reproducible(params.influence["torch_threads"])
    logging.disable_progress_bar()  # of loading weights
    folder = ensure_checkpoint(Recipe(**params.recipe), read_json(snakemake.input.manifest))
    names = ("device", "attention", "dtype")
    model = load_model(folder, **{name: params.influence[name] for name in names})
    tokenizer = load_tokenizer(folder)
    origin = provenance(snakemake) | {"device": model.device.type}
    for (name, prompt), output in zip(params.prompts.items(), snakemake.output, strict=True):
        record = explain(
            model,
            tokenizer,
            prompt["text"],
            [Asked(**each) for each in prompt["targets"]],
            params.methods,
            name=name,
            chat=Chat(**prompt["chat"]) if "chat" in prompt else None,
        )
        about = {"title": prompt["title"], "model": params.model, "provenance": origin}
        write_json(record | about, output)


with job(snakemake):
    main(snakemake)
