"""Bring a checkpoint into the Hugging Face layout, check it, and write the manifest for it."""

from token_influence.checkpoints import Recipe, prepare_checkpoint
from token_influence.files import write_json

from _job import job

with job(snakemake) as log:
    recipe = Recipe(**snakemake.params.recipe)
    manifest = prepare_checkpoint(recipe, **snakemake.params.registered)
    write_json(manifest, snakemake.output.manifest)
    log.write(f"{manifest['facts']['parameters']:,} parameters in {recipe.folder}\n")
    if manifest["loss_on_known_paragraph"] is not None:
        log.write(f"{manifest['loss_on_known_paragraph']} nats per token on a known paragraph\n")
