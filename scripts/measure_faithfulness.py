"""Judge how faithful the scores of one method are, by one measure.

input: scores, passages, manifest, reference (of some measures)
params: data, passages, conventions, measure, seed, influence, source, folder, recipe
output: one row for each passage and part of the measure
"""

from dataclasses import asdict

from _job import job, provenance

import pandas as pd
from _judged import Judged

from token_influence.attribution.measures import MEASURES
from token_influence.parquet import write_parquet


def main(snakemake) -> None:
    judged = Judged(snakemake)
    measure = MEASURES[snakemake.params.measure]
    model = judged.model() if measure.reads_model else None
    setting = judged.setting(snakemake, model)
    table = pd.read_parquet(snakemake.input.scores)
    by_passage = {number: rows.to_numpy() for number, rows in table.groupby("passage")["score"]}
    scores = [by_passage[number] for number in judged.numbers]
    reference = None
    if measure.reference is not None:
        reference = judged.keyed(pd.read_parquet(snakemake.input.reference))
    found = measure.judge(setting, scores, reference)
    origin = provenance(snakemake) | {"all_conventions": asdict(setting.conventions)}
    if model is not None:
        origin["device"] = model.device.type
    write_parquet(judged.numbered(found), snakemake.output[0], origin)


with job(snakemake):
    main(snakemake)
