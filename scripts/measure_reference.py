"""Measure what a measure of faithfulness compares all methods with, such as drops by random masks.

input: passages, manifest
params: data, passages, conventions, measure, seed, influence, source, folder, recipe
output: the reference's table
"""

from _job import job, provenance

from _judged import Judged

from token_influence.attribution.measures import MEASURES
from token_influence.parquet import write_parquet

with job(snakemake) as log:
    judged = Judged(snakemake)
    setting = judged.setting(snakemake, judged.model())
    table = MEASURES[snakemake.params.measure].reference(setting)
    origin = provenance(snakemake) | {"device": setting.model.device.type}
    write_parquet(judged.numbered(table), snakemake.output[0], origin)
