"""Fetch one pinned source, or fingerprint a local one, and write its manifest."""

from token_influence.files import write_json
from token_influence.sources import fetch

from _job import job

with job(snakemake):
    manifest = fetch(snakemake.params.source, snakemake.params.folder)
    write_json(manifest, snakemake.output.manifest)
