"""Attribute the predictions of passages to their tokens, by one method.

input: passages, manifest
params: data, passages, begin_of_text, method, seed, influence, source, folder, recipe
output: one row for each passage and source
"""

from _job import job, provenance

import numpy as np
import pandas as pd
from _explained import Explained

from token_influence.attribution.attribute import attribute
from token_influence.parquet import write_parquet

BATCH_SIZE = 8


def main(snakemake, log) -> None:
    params = snakemake.params
    explained = Explained(snakemake)
    model = explained.model()
    bos_id = explained.begin_of_text_id if params.begin_of_text else None
    found = attribute(
        model,
        explained.predictions,
        [params.method],
        bos_id=bos_id,
        batch_size=BATCH_SIZE,
        seed=params.seed,
    )
    tables = []
    for number, prediction, by_label in zip(
        explained.numbers, explained.predictions, found, strict=True
    ):
        (scores,) = by_label.values()
        (target, *_) = prediction.terms(predicted=0)
        tables.append(
            pd.DataFrame(
                {
                    "passage": np.int32(number),
                    "position": np.int32(prediction.position),
                    "target_id": np.int32(target.id),
                    "source": np.arange(len(scores), dtype=np.int32),
                    "score": scores,
                }
            )
        )
    log.write(f"{len(tables)} passages on {model.device}\n")
    origin = provenance(snakemake) | {"device": model.device.type, "begin_of_text_id": bos_id}
    write_parquet(pd.concat(tables, ignore_index=True), snakemake.output[0], origin)


with job(snakemake) as log:
    main(snakemake, log)
