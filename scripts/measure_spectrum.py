"""Measure the Fisher spectra of the predictions of passages.

input: passages, manifest
params: data, passages, influence, source, folder, recipe
output: one row for each passage and rank
"""

from _job import job, provenance

from _judged import Judged

from token_influence.attribution.spectrum import spectra
from token_influence.parquet import write_parquet

with job(snakemake):
    judged = Judged(snakemake)
    model = judged.model()
    table = spectra(model, judged.predictions, bos_id=None)
    origin = provenance(snakemake) | {"device": model.device.type}
    write_parquet(judged.numbered(table), snakemake.output[0], origin)
