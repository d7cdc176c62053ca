"""Bring a checkpoint into the Hugging Face layout, check it, and write the manifest for it."""

from _job import job

from token_influence.files import read_json, write_json
from token_influence.models.checkpoints import Recipe
from token_influence.models.registration import prepare_checkpoint

with job(snakemake) as log:
    recipe = Recipe(**snakemake.params.recipe)
    fetched = read_json(snakemake.input[0])
    manifest = prepare_checkpoint(recipe, fetched, **snakemake.params.registered)
    write_json(manifest, snakemake.output.manifest)
    log.write(f"{manifest['facts']['parameters']:,} parameters in {recipe.folder}\n")
    split = manifest.get("tokenizer")
    if split and not split["known"]:
        log.write(
            f"The tokenizer's split {split['ggml_pre']!r} is not known, so GPT-2's is taken: a known "
            "limit, see docs/engine.md\n"
        )
    if manifest["loss_on_known_paragraph"] is not None:
        log.write(f"{manifest['loss_on_known_paragraph']} nats per token on a known paragraph\n")
