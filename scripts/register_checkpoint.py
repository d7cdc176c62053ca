"""Write the manifest of one checkpoint of a training.

input: the record of the training · params: model, checkpoint, licence, quantisation
output: manifest
"""

from _job import job

from token_influence.files import read_json, write_json
from token_influence.training.manifest import manifest

with job(snakemake):
    params = snakemake.params
    write_json(
        manifest(
            read_json(snakemake.input[0]),
            params.model,
            params.checkpoint,
            params.licence,
            params.quantisation,
        ),
        snakemake.output.manifest,
    )
