"""Fit every family of decay to one arm and objective, on every range, with intervals.

input: influence, windows (one file per seed each, in the order of params.seeds)
params: arm ({model, weights, corpus, order, objective}), seeds, skip_sources,
decay (families, ranges, scale, weighting, sweep and bootstrap), code
output: the fits (JSON)
"""

from _job import job, provenance

import pandas as pd

from token_influence.decay.intervals import Bootstrap
from token_influence.decay.records import Settings, Sweep, decay_records
from token_influence.files import write_json
from token_influence.profiles.aggregate import INFLUENCE_COLUMNS, about, normalised_profiles

ARM = ("model", "weights", "corpus", "order", "objective")


def main(snakemake, log) -> None:
    params = snakemake.params
    arm = {key: params.arm[key] for key in ARM}
    decay = dict(params.decay)
    bootstrap = Bootstrap(**decay.pop("bootstrap"))
    sweep = Sweep(**decay.pop("sweep"))
    settings = Settings(skip_sources=params.skip_sources, bootstrap=bootstrap, sweep=sweep, **decay)
    rows = [("objective", "==", arm["objective"])]
    with about("/".join(arm.values())):
        profiles = [
            normalised_profiles(
                pd.read_parquet(path, columns=INFLUENCE_COLUMNS, filters=rows), seed
            )
            for path, seed in zip(snakemake.input.influence, params.seeds, strict=True)
        ]
        documents = [
            pd.read_parquet(path, columns=["window", "document_id"])
            .set_index("window")["document_id"]
            .to_dict()
            for path in snakemake.input.windows
        ]
        records = decay_records(
            profiles, settings, documents, resample_seeds=arm["weights"] == "random"
        )
    head = {"arm": arm, "provenance": provenance(snakemake), "settings": dict(params.decay)}
    write_json(head | records, snakemake.output[0])
    log.write(f"{len(records['fits'])} fits\n")


with job(snakemake) as log:
    main(snakemake, log)
