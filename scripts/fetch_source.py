"""Fetch one pinned source, or fingerprint a local one, and write its manifest."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "0")  # before `_job` takes it offline

from _job import job

from token_influence.files import write_json
from token_influence.sources.fetch import fetch

with job(snakemake):
    manifest = fetch(snakemake.params.source, snakemake.params.folder)
    write_json(manifest, snakemake.output.manifest)
