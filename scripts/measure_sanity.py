"""Compare the scores of a method between the trained model and random weights.

input: passages, manifest
params: data, passages, method, layers, seed, influence, source, folder, recipe
output: one row for each passage and number of randomised layers
"""

from _job import job, provenance

from _judged import Judged

from token_influence.attribution.sanity import sanity_check
from token_influence.parquet import write_parquet

BATCH_SIZE = 8


def main(snakemake) -> None:
    params = snakemake.params
    judged = Judged(snakemake)
    model = judged.model()
    random = judged.model(weights="random", seed=params.seed)
    table = sanity_check(
        model,
        random,
        judged.predictions,
        params.method,
        params.layers,
        batch_size=BATCH_SIZE,
        seed=params.seed,
    )
    origin = provenance(snakemake) | {"device": model.device.type}
    write_parquet(judged.numbered(table), snakemake.output[0], origin)


with job(snakemake):
    main(snakemake)
