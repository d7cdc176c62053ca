"""Fit one arm and objective with one choice of the analysis changed at a time.

input: influence, windows (one file per seed each, in the order of params.seeds), decay (the fits,
which say what clusters are drawn)
params: arm ({model, weights, corpus, order, objective}), seeds, skip_sources,
headline {range, skip_sources}, decay (scale, weighting and bootstrap), code
output: the fits (JSON)
"""

from _job import job, provenance

from token_influence.decay.clusters import recorded_clusters
from token_influence.decay.sensitivity import Analysis, sensitivity_records
from token_influence.decay.settings import Bootstrap
from token_influence.files import read_json, write_json
from token_influence.profiles.normalise import NORMALISATIONS, naming_arm
from token_influence.profiles.reading import read_documents, read_profiles

ARM = ("model", "weights", "corpus", "order", "objective")


def main(snakemake, log) -> None:
    source, params = snakemake.input, snakemake.params
    arm = {key: params.arm[key] for key in ARM}
    choices = dict(params.decay)
    clusters = recorded_clusters(read_json(source.decay))
    bootstrap = clusters.of(Bootstrap(**choices.pop("bootstrap")))
    with naming_arm("/".join(arm.values())):
        variants = sensitivity_records(
            {
                name: read_profiles(source.influence, params.seeds, arm["objective"], name)
                for name in NORMALISATIONS
            },
            Analysis(**params.headline, **choices),
            params.skip_sources,
            bootstrap,
            read_documents(source.windows),
            resample_seeds=arm["weights"] == "random",
        )
    head = {"arm": arm, "provenance": provenance(snakemake)}
    write_json(head | {"variants": variants}, snakemake.output[0])
    log.write(f"{len(variants)} analyses\n")


with job(snakemake) as log:
    main(snakemake, log)
