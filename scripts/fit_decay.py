"""Fit every family of decay to one arm and objective, on every range, with intervals.

input: influence, windows (one file per seed each, in the order of params.seeds)
params: arm ({model, weights, corpus, order, objective}), seeds, skip_sources,
decay (families, ranges, scale, weighting, sweep and bootstrap), code
output: the fits (JSON)
"""

from _job import job, provenance

from token_influence.decay.records import decay_records
from token_influence.decay.settings import settings_from
from token_influence.files import write_json
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_documents, read_profiles

ARM = ("model", "weights", "corpus", "order", "objective")


def main(snakemake, log) -> None:
    params = snakemake.params
    arm = {key: params.arm[key] for key in ARM}
    settings = settings_from(params.decay, params.skip_sources)
    with naming_arm("/".join(arm.values())):
        profiles = read_profiles(snakemake.input.influence, params.seeds, arm["objective"])
        documents = read_documents(snakemake.input.windows)
        records = decay_records(
            profiles, settings, documents, resample_seeds=arm["weights"] == "random"
        )
    head = {"arm": arm, "provenance": provenance(snakemake), "settings": dict(params.decay)}
    write_json(head | records, snakemake.output[0])
    log.write(f"{len(records['fits'])} fits\n")


with job(snakemake) as log:
    main(snakemake, log)
