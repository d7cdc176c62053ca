"""Find how much of an arm's influence comes from each class of source tokens.

input: influence, windows (one file per seed each, in the order of params.seeds), unigram (counts of the
corpus's tokens), decay (the fits, which say what clusters are drawn)
params: arm ({model, weights, corpus, order, objective}), seeds, tail, bootstrap, code
output: the shares (JSON)
"""

from _job import job, provenance

import pandas as pd

from token_influence.decay.clusters import recorded_clusters
from token_influence.decay.settings import Bootstrap
from token_influence.decay.source_shares import source_shares
from token_influence.files import read_json, write_json
from token_influence.profiles.normalise import naming_arm
from token_influence.profiles.reading import read_documents, read_profiles
from token_influence.profiles.source_classes import source_classes, token_kinds

ARM = ("model", "weights", "corpus", "order", "objective")


def main(snakemake) -> None:
    params, source = snakemake.params, snakemake.input
    arm = {key: params.arm[key] for key in ARM}
    clusters = recorded_clusters(read_json(source.decay))
    kinds = token_kinds(pd.read_parquet(source.unigram))
    with naming_arm("/".join(arm.values())):
        profiles = read_profiles(source.influence, params.seeds, arm["objective"])
        windows = map(pd.read_parquet, source.windows)
        record = source_shares(
            profiles,
            [source_classes(*pair, kinds) for pair in zip(profiles, windows, strict=True)],
            params.tail,
            clusters.of(Bootstrap(**params.bootstrap)),
            read_documents(source.windows),
        )
    write_json({"arm": arm, "provenance": provenance(snakemake)} | record, snakemake.output[0])


with job(snakemake):
    main(snakemake)
