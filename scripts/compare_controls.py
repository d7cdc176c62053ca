"""Compare the intact arm with a control, window by window.

input: intact, control (influence), windows (of the intact arm), one file per seed each, in the
order of params.seeds
params: arm ({model, weights, corpus, control, objective}), seeds, skip_sources,
decay (as fit_decay), code
output: paired differences of every parameter (JSON)
"""

from _job import job, provenance

from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.settings import settings_from
from token_influence.files import write_json
from token_influence.orders import INTACT
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_documents, read_profiles

ARM = ("model", "weights", "corpus", "control", "objective")


def main(snakemake, log) -> None:
    params, source = snakemake.params, snakemake.input
    arm = {key: params.arm[key] for key in ARM}
    settings = settings_from(params.decay, params.skip_sources)
    with naming_arm("/".join(arm.values())):
        intact, control = (
            read_profiles(paths, params.seeds, arm["objective"])
            for paths in (source.intact, source.control)
        )
        documents = read_documents(source.windows)
        names = (INTACT, arm["control"])
        differences = paired_differences(intact, control, settings, documents, names)
    head = {"arm": arm, "provenance": provenance(snakemake), "settings": dict(params.decay)}
    write_json(head | {"differences": differences}, snakemake.output[0])
    log.write(f"{len(differences)} comparisons\n")


with job(snakemake) as log:
    main(snakemake, log)
