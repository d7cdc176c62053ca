"""Compare the single predictions of an arm with mixtures of exponentials and with power laws.

input: influence, windows (one file per seed each, in the order of params.seeds), decay (the fits,
which say what clusters are drawn)
params: arm ({model, weights, corpus, order, objective}), seeds, headline {range, skip_sources},
bootstrap, code
output: the test (JSON)
"""

from _job import job, provenance

from token_influence.decay.clusters import recorded_clusters
from token_influence.decay.mixtures import mixture_record
from token_influence.decay.settings import Bootstrap
from token_influence.files import read_json, write_json
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_documents, read_profiles

ARM = ("model", "weights", "corpus", "order", "objective")


def main(snakemake, log) -> None:
    params, source = snakemake.params, snakemake.input
    arm = {key: params.arm[key] for key in ARM}
    clusters = recorded_clusters(read_json(source.decay))
    with naming_arm("/".join(arm.values())):
        test = mixture_record(
            read_profiles(source.influence, params.seeds, arm["objective"]),
            params.headline["range"],
            params.headline["skip_sources"],
            clusters.of(Bootstrap(**params.bootstrap)),
            read_documents(source.windows),
        )
    head = {"arm": arm, "provenance": provenance(snakemake)}
    write_json(head | {"test": test}, snakemake.output[0])
    log.write(f"{test['verdict']}\n")


with job(snakemake) as log:
    main(snakemake, log)
