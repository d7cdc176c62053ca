"""Compare the intact with the shuffled arm, window by window.

input: intact, shuffled (influence), windows (of the intact arm), one file per seed each, in the
order of params.seeds
params: arm ({model, weights, corpus, objective}), seeds, skip_sources, decay (as fit_decay), code
output: paired differences of every parameter (JSON)
"""

from _job import job, provenance

import pandas as pd

from token_influence.decay.intervals import Bootstrap
from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.records import Settings
from token_influence.files import write_json
from token_influence.profiles.aggregate import INFLUENCE_COLUMNS, about, normalised_profiles

ARM = ("model", "weights", "corpus", "objective")


def main(snakemake, log) -> None:
    params, source = snakemake.params, snakemake.input
    arm = {key: params.arm[key] for key in ARM}
    decay = {key: value for key, value in params.decay.items() if key != "sweep"}
    bootstrap = Bootstrap(**decay.pop("bootstrap"))
    settings = Settings(skip_sources=params.skip_sources, bootstrap=bootstrap, **decay)
    rows = [("objective", "==", arm["objective"])]

    def profiles(paths):
        return [
            normalised_profiles(
                pd.read_parquet(path, columns=INFLUENCE_COLUMNS, filters=rows), seed
            )
            for path, seed in zip(paths, params.seeds, strict=True)
        ]

    with about("/".join(arm.values())):
        documents = [
            pd.read_parquet(path, columns=["window", "document_id"])
            .set_index("window")["document_id"]
            .to_dict()
            for path in source.windows
        ]
        differences = paired_differences(
            profiles(source.intact), profiles(source.shuffled), settings, documents
        )
    head = {"arm": arm, "provenance": provenance(snakemake), "settings": dict(params.decay)}
    write_json(head | {"differences": differences}, snakemake.output[0])
    log.write(f"{len(differences)} comparisons\n")


with job(snakemake) as log:
    main(snakemake, log)
