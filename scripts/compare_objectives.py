"""Compare the decays of two objectives of an arm, window by window.

input: influence, windows, one file per seed each, in the order of params.seeds
params: arm ({model, weights, corpus, order, objective, other}), seeds, skip_sources,
decay (as fit_decay), code
output: paired differences of every parameter, objective − other (JSON)
"""

from _job import job, provenance

from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.settings import settings_from
from token_influence.files import write_json
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_documents, read_profiles

ARM = ("model", "weights", "corpus", "order", "objective", "other")


def main(snakemake, log) -> None:
    params, source = snakemake.params, snakemake.input
    arm = {key: params.arm[key] for key in ARM}
    settings = settings_from(params.decay, params.skip_sources)
    names = (arm["objective"], arm["other"])
    with naming_arm("/".join(arm.values())):
        both = [read_profiles(source.influence, params.seeds, name) for name in names]
        documents = read_documents(source.windows)
        differences = paired_differences(*both, settings, documents, names)
    head = {"arm": arm, "provenance": provenance(snakemake), "settings": dict(params.decay)}
    write_json(head | {"differences": differences}, snakemake.output[0])
    log.write(f"{len(differences)} comparisons\n")


with job(snakemake) as log:
    main(snakemake, log)
