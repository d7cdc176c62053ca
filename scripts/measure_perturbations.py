"""Move inputs of predictions by finite steps, and measure what the gradient says of them.

input: windows (of one seed), manifest
params: weights, seed, part (None, or a mapping with first and last), steps (windows, predictions,
distances, epsilons, directions, probes), influence (the configuration's section), recipe, code
output: one row for each prediction, distance, direction and step
"""

from _job import job

from _responding import Responding

from token_influence.parquet import write_parquet
from token_influence.response.perturbations import Steps, measure_perturbations
from token_influence.response.predictions import chosen


def main(snakemake, log) -> None:
    responding, steps = Responding(snakemake), dict(snakemake.params.steps)
    numbers = steps.pop("windows"), steps.pop("predictions")
    predictions = chosen(responding.windows, *numbers, responding.bos_id)
    seed = snakemake.params.seed
    table = measure_perturbations(responding.model, predictions, Steps(**steps, seed=seed))
    write_parquet(table, snakemake.output[0], responding.origin)
    log.write(f"{len(table)} steps on {responding.model.device}\n")


with job(snakemake) as log:
    main(snakemake, log)
